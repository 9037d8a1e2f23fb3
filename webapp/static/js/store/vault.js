import { liveQuery } from 'dexie'
import { VaultLocked, heldKey, holdKey } from './data-key.js'
import { db } from './db.js'
import { unhex } from './ids.js'
import { derive } from './kdf.js'
import { readMeta, writeMeta } from './meta.js'
import { openBytes } from './sealed-rows.js'
import { forgetTries, takeTry, tries } from './tries.js'
import { wipeAll } from './wipe.js'

/**
 * The data key, wrapped by a key out of what the person remembers. `digits`: how long a PIN is, so that its last digit opens;
 * `sealing`: rows from before there was a vault are still being sealed.
 * @typedef {{kind: 'pin'|'passphrase', digits: number|null, kdf: import('./kdf.js').Kdf, wrapped: string, sealing: boolean}} Vault
 * @typedef {{kind: 'pin'|'passphrase', min_length: number, kdf: 'argon2id'|'pbkdf2', lock_after_s: number, retention_days: number}} Policy
 */
const DEFAULTS = { kind: 'pin', min_length: 6, kdf: 'argon2id', lock_after_s: 300, retention_days: 7 }
/** What the wrapped key is bound to. */
export const BOUND = new TextEncoder().encode('hetu vault 1')
const BATCH = 100

/** How this deployment wants phones to be locked. @returns {Promise<Policy>} */
export const vaultPolicy = async () => (await readMeta('vault_policy')) ?? DEFAULTS

/** @param {(policy: Policy) => void} callback at once and after every change */
export const watchPolicy = (callback) => liveQuery(vaultPolicy).subscribe(callback)

/** @param {Policy|undefined} policy what /me says; a server from before says nothing */
export const savePolicy = (policy) => policy && writeMeta('vault_policy', policy)

/** @returns {Promise<Vault|null>} */
export const vault = async () => (await readMeta('vault')) ?? null

/** `unset`: nobody has chosen a secret yet. @returns {Promise<'unset'|'locked'|'open'>} */
export async function vaultState() {
  if (!(await vault())) return 'unset'
  return heldKey() ? 'open' : 'locked'
}

/**
 * Somebody signed in and the app died before a secret was chosen: what was pulled is sealed with a key nobody has. Nothing
 * can have been captured with it.
 */
export async function dropUnclosed() {
  try {
    await readMeta('session')
  } catch (error) {
    if (!(error instanceof VaultLocked)) throw error
    await wipeAll()
  }
}

/** @returns {Promise<{ok: true} | {ok: false, reason: 'wait'|'wrong', free: number, until: number}>} */
export async function unlock(secret, now = () => Date.now()) {
  const held = await vault()
  const answer = await judged(held, secret, now)
  if (!answer.ok) return answer
  holdKey(answer.key)
  if (held.sealing) await sealOlder()
  return { ok: true }
}

/** One try, counted before it is judged. */
export async function judged(held, secret, now) {
  if (!(await takeTry(now()))) return { ok: false, reason: 'wait', ...(await tries(now())) }
  const key = await unwrapped(held, secret)
  if (!key) return { ok: false, reason: 'wrong', ...(await tries(now())) }
  await forgetTries()
  return { ok: true, key }
}

async function unwrapped({ kdf, wrapped: sealed }, secret) {
  const key = await derive(secret, kdf)
  try {
    return openBytes(key, unhex(sealed), BOUND)
  } catch {
    return null // what does not open was wrapped with another secret
  }
}

/** Rows of an app from before there was a vault. Each batch is whole or as it was, and what is sealed may be sealed again. */
export async function sealOlder() {
  for (const table of db.tables) {
    const keys = await table.toCollection().primaryKeys()
    for (let at = 0; at < keys.length; at += BATCH) await sealBatch(table, keys.slice(at, at + BATCH))
  }
  await writeMeta('vault', { ...(await vault()), sealing: false })
}

const sealBatch = (table, keys) => db.transaction('rw', table, async () => {
  await table.bulkPut((await table.bulkGet(keys)).filter(Boolean))
})
