import Dexie from 'dexie'
import { sealedRows } from './sealed-rows.js'

/**
 * A capture is shown as kept only when the medium has it, so every write waits for the disk and no
 * query answers from Dexie's optimistic cache.
 */
export const db = new Dexie('hetu', { chromeTransactionDurability: 'strict', cache: 'disabled' })
db.use(sealedRows)

// The only schema. A new version adds; it never renames, drops or re-keys. Indexes hold ids, states
// and area codes, never names.
db.version(1).stores({
  meta: 'key',
  areas: 'id, code, parent',
  households: 'id, area, state',
  captures: 'id, entity_id',
  outbox: 'id, no, status, entity_id',
  photos: 'sha256, status, *draft_keys',
  // the bytes of photos by themselves: a change of state must not write 200 KB again
  blobs: 'sha256',
  drafts: 'key',
})
db.version(2).stores({
  forms: 'id',
  form_bodies: 'key',
  families: 'id',
  area_years: 'id',
  responses: 'id, entity_id',
})

const OPEN_WAITS_MS = [200, 800, 2000]
const listeners = new Set()

/**
 * Hear when the store goes away under the page. A promise of a listener is waited for before the store is let go.
 * `version_change`: a newer page wants to upgrade, this page lets go: ask for a reload.
 * `blocked`: an older page holds the store open: ask to close the other tab.
 * `closed`: the browser cut the connection: reload, drafts are kept.
 * `locking`: the page is about to forget the key: last words of a draft now.
 * @param {(trouble: 'version_change'|'blocked'|'closed'|'locking') => unknown} listener
 * @returns {() => void} stop listening
 */
export function onStoreTrouble(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const announce = (trouble) => Promise.allSettled([...listeners].map((listener) => listener(trouble)))

/** Wait for the last words before the key is forgotten. */
export const announceLock = () => announce('locking')

let makesWay = false // Dexie says `close` also when it is we who close

db.on('versionchange', () => {
  makesWay = true
  announce('version_change').then(() => db.close())
  return false // Dexie would close at once, and the last words of a draft would be lost
})
db.on('blocked', () => announce('blocked'))
db.on('close', () => makesWay || announce('closed'))

/** Open before the first query; phones fail now and then for a moment, so it is tried four times. */
export async function openStore(waitsMs = OPEN_WAITS_MS) {
  for (const wait of waitsMs) {
    try {
      return await db.open()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
  return db.open()
}

/**
 * Run a write; a full disk is an answer, everything else is a fault.
 * @template T
 * @param {() => Promise<T>} write
 * @returns {Promise<T | {ok: false, reason: 'quota'}>}
 */
export async function unlessFull(write) {
  try {
    return await write()
  } catch (error) {
    if ([error.name, error.inner?.name].includes('QuotaExceededError')) return { ok: false, reason: 'quota' }
    throw error
  }
}
