import { db } from './db.js'
import { deviceKey } from './device-key.js'
import { leaveJournal, markLeaving } from './journal.js'
import { readMeta, writeMeta } from './meta.js'
import { unsentCount } from './outbox.js'
import { eraseTrace } from './trace.js'

/** Inside a transaction: everything this phone holds of anybody. */
export async function wipe() {
  await Promise.all(db.tables.map((table) => table.clear()))
  await markLeaving()
  eraseTrace()
}

/**
 * Ordered by the office. All goes in one transaction; what is left are a word that it happened, for the person,
 * and the token and key that let it be reported once.
 * @param {'after_upload'|'at_once'} order
 */
export async function wipeOnOrder(order, now = new Date()) {
  await db.transaction('rw', db.tables, async () => {
    const [session, key, unsent] = await Promise.all([readMeta('session'), deviceKey(), unsentCount()])
    await wipe()
    await writeMeta('wiped', { at: now.toISOString(), order, unsent, token: session.token })
    if (key) await writeMeta('device_key', key)
  })
  await leaveJournal()
}

/** @returns {Promise<{at: string, order: string, unsent: number, token: string|null}|null>} token: still to be reported */
export const wiped = async () => (await readMeta('wiped')) ?? null

/** The server knows: token and key go as well, only the notice stays until somebody signs in. */
export function wipeReported() {
  return db.transaction('rw', db.meta, async () => {
    await writeMeta('wiped', { ...(await wiped()), token: null })
    if (!(await readMeta('session'))) await db.meta.delete('device_key')
  })
}
