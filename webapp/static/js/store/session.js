import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'
import { unsentCount } from './outbox.js'
import { renumberQueue } from './queue.js'

/**
 * @typedef {{id: string, username: string, name: string, grants: {role: string, area: string, area_name: string}[]}} Account
 * @typedef {{deviceId: string, token: string, account: Account, status: 'active'|'paused', reason: string|null}} Session
 */

/** Who works on this phone, network or not. @returns {Promise<Session|null>} */
export async function currentSession() {
  return (await readMeta('session')) ?? null
}

/**
 * Keep a fresh sign-in. The same person carries on with the queue; another person starts with an
 * empty phone, and only when the first one's work has been sent.
 * @param {{deviceId: string, token: string, account: Account}} session
 * @returns {Promise<{ok: true} | {ok: false, reason: 'other_unsent', count: number}>}
 */
export function saveSession(session) {
  return db.transaction('rw', db.tables, async () => {
    const held = await currentSession()
    if (held && held.account.id !== session.account.id) {
      const count = await unsentCount()
      if (count) return { ok: false, reason: 'other_unsent', count }
      await wipe()
    } else if (held && held.deviceId !== session.deviceId) {
      await renumberQueue(session.deviceId)
    }
    await writeMeta('session', { ...session, status: 'active', reason: null })
    return { ok: true }
  })
}

/**
 * Stop sending until the same person signs in again. Capture goes on.
 * @param {string} reason problem code: `unauthorized`, `device_revoked`
 */
export function pauseSession(reason) {
  return db.transaction('rw', db.meta, async () => {
    const held = await currentSession()
    if (held) await writeMeta('session', { ...held, status: 'paused', reason })
  })
}

/** @returns {Promise<{ok: true} | {ok: false, reason: 'unsent', count: number}>} */
export function signOut() {
  return db.transaction('rw', db.tables, async () => {
    const count = await unsentCount()
    if (count) return { ok: false, reason: 'unsent', count }
    await wipe()
    return { ok: true }
  })
}

const wipe = () => Promise.all(db.tables.map((table) => table.clear()))
