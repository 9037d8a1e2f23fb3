import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'
import { leaveJournal } from './journal.js'
import { othersUnsentCount, unsentCount } from './outbox.js'
import { renumberQueue } from './queue.js'
import { adoptNextKey, deviceKey } from './device-key.js'
import { reofferAll } from './reoffer.js'
import { leaveTrace } from './trace.js'
import { wipe } from './wipe.js'

/**
 * @typedef {{id: string, username: string, name: string, grants: {role: string, area: string, area_name: string}[]}} Account
 * @typedef {{deviceId: string, token: string, token_at: string, account: Account, status: 'active'|'paused', reason: string|null}} Session
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
export async function saveSession(session, now = new Date()) {
  const answer = await db.transaction('rw', db.tables, async () => {
    const held = await currentSession()
    // records may be here without the session they were made in: recovered from a journal that has lost it
    const others = held ? 0 : await othersUnsentCount(session.account.id)
    if (others || (held && held.account.id !== session.account.id)) {
      const count = others || (await unsentCount())
      if (count) return { ok: false, reason: 'other_unsent', count }
      await startEmpty()
    } else if (held && held.deviceId !== session.deviceId) {
      await reofferAll()
      await renumberQueue(session.deviceId)
    }
    await write({ ...session, token_at: now.toISOString(), status: 'active', reason: null })
    return { ok: true }
  })
  await leaveJournal()
  return answer
}

/** What this phone seals with now. @param {{key_id: string, public_key: string, secret: string, device_id: string, at: string}} rescue */
export function saveRescue(rescue) {
  return db.transaction('rw', db.meta, async () => {
    const held = await currentSession()
    if (held) await writeMeta('session', { ...held, rescue })
  })
}

/** The key stays: the server has just been given its public half. */
async function startEmpty() {
  const key = await deviceKey()
  await wipe()
  if (key) await writeMeta('device_key', key)
}

async function write(session) {
  await writeMeta('session', session)
  leaveTrace(session.deviceId)
}

/** The server gave a new token; the old one ends with its first use. @param {string} token the one it replaces */
export function saveToken(token, fresh, now = new Date()) {
  return db.transaction('rw', db.meta, async () => {
    const held = await currentSession()
    if (held?.token === token) await writeMeta('session', { ...held, token: fresh, token_at: now.toISOString() })
  })
}

/** This phone shared its identity with a copy of itself and has one of its own now; what waits is counted anew. */
export function saveIdentity({ deviceId, token }, now = new Date()) {
  return db.transaction('rw', db.meta, db.outbox, async () => {
    const held = await currentSession()
    if (!held) return // somebody signed out while the answer was on the wire
    await renumberQueue(deviceId)
    await adoptNextKey()
    await write({ ...held, deviceId, token, token_at: now.toISOString() })
  })
}

/**
 * Stop sending until the same person signs in again. Capture goes on.
 * @param {string} reason problem code: `unauthorized`, `device_revoked`
 * @param {string} token the one the server refused; another tab may hold a newer one by now
 * @returns {Promise<boolean>}
 */
export function pauseSession(reason, token) {
  return db.transaction('rw', db.meta, async () => {
    const held = await currentSession()
    if (!held || (token && held.token !== token)) return false
    await writeMeta('session', { ...held, status: 'paused', reason })
    return true
  })
}

/** @returns {Promise<{ok: true} | {ok: false, reason: 'unsent', count: number}>} */
export async function signOut() {
  const answer = await db.transaction('rw', db.tables, async () => {
    const count = await unsentCount()
    if (count) return { ok: false, reason: 'unsent', count }
    await wipe()
    return { ok: true }
  })
  await leaveJournal()
  return answer
}
