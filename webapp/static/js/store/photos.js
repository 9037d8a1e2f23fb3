import { db, unlessFull } from './db.js'
import { sha256 } from './ids.js'
import { journalPhoto } from './journal.js'

/**
 * What a capture remembers of one photo; the bytes stay in the store.
 * @typedef {{sha256: string, kind: 'door'|'house'|'family'|'evidence', bytes: number, width: number, height: number,
 *   taken_at: string, lon?: number, lat?: number, accuracy_m?: number}} Photo
 */

/**
 * Keep a picture the moment it exists; the draft it belongs to may die and be opened again.
 * Bytes are kept as an ArrayBuffer: old iOS loses Blobs kept in IndexedDB.
 * @param {{blob: Blob, kind: Photo['kind'], width: number, height: number, taken_at: string, lon?: number,
 *   lat?: number, accuracy_m?: number, captureDraftKey: string}} taken
 * @returns {Promise<({ok: true} & Photo) | {ok: false, reason: 'quota'}>}
 */
export async function keepPhoto({ blob, captureDraftKey, ...moment }) {
  const bytes = await blob.arrayBuffer()
  const photo = { ...moment, sha256: await sha256(bytes), bytes: bytes.byteLength }
  const kept = unlessFull(async () => {
    await db.transaction('rw', db.photos, db.blobs, async () => {
      await db.blobs.put({ sha256: photo.sha256, bytes })
      await holdForDraft(photo, blob.type, captureDraftKey)
    })
    return { ok: true, ...photo }
  })
  const [answer] = await Promise.all([kept, journalPhoto(photo.sha256, blob.type, bytes)])
  return answer
}

async function holdForDraft(photo, type, draftKey) {
  const held = await db.photos.get(photo.sha256)
  const draftKeys = new Set(held?.draft_keys).add(draftKey)
  const empty = { sha256: photo.sha256, type, size: photo.bytes, as_taken: photo, status: 'draft', tried: false, receipt: null, problem: null }
  await db.photos.put({ ...(held ?? empty), draft_keys: [...draftKeys] })
}

/** An object URL of a photo on this phone, or null; the caller revokes it. @returns {Promise<string|null>} */
export async function photoUrl(hash) {
  const held = await photo(hash)
  return held ? URL.createObjectURL(new Blob([held.bytes], { type: held.type })) : null
}

/** State and bytes together. @returns {Promise<object|null>} */
export async function photo(hash) {
  const [held, blob] = await Promise.all([db.photos.get(hash), db.blobs.get(hash)])
  return held && blob ? { ...held, bytes: blob.bytes } : null
}

/** Without the bytes. @returns {Promise<object|undefined>} */
export const photoState = (hash) => db.photos.get(hash)

/** Take a photo out of its draft. One that belongs to a kept capture stays. */
export function dropPhoto(hash, captureDraftKey) {
  return db.transaction('rw', db.photos, db.blobs, async () => {
    const held = await draftPhotos(captureDraftKey)
    await keepOrDelete(held.filter((photo) => photo.sha256 === hash).map((photo) => releasedFrom(photo, captureDraftKey)))
  })
}

/** Inside a transaction: a draft lets go of all its photos. */
export async function releasePhotos(draftKey) {
  const held = await draftPhotos(draftKey)
  await keepOrDelete(held.map((photo) => releasedFrom(photo, draftKey)))
}

/** Inside the saving transaction: these photos now belong to a record and may be sent; the draft lets go of all. */
export async function sealPhotos(hashes, draftKey) {
  const [named, drafted] = await Promise.all([db.photos.bulkGet(hashes), draftPhotos(draftKey)])
  if (named.includes(undefined)) throw new Error('a photo of this capture is not in the store')
  const left = drafted.filter((photo) => !hashes.includes(photo.sha256))
  await keepOrDelete([...named.map(sealed), ...left].map((photo) => releasedFrom(photo, draftKey)))
}

/** Everything a draft holds, oldest first as far as the phone's clock says. */
export const draftPhotos = (draftKey) => db.photos.where('draft_keys').equals(draftKey).sortBy('as_taken.taken_at')

const sealed = (photo) => (['draft', 'superseded'].includes(photo.status) ? { ...photo, status: 'queued', problem: null } : photo)

const releasedFrom = (photo, draftKey) => ({ ...photo, draft_keys: photo.draft_keys.filter((key) => key !== draftKey) })

/** What neither a record nor a draft holds any more goes. */
function keepOrDelete(photos) {
  const isOrphan = (photo) => photo.status === 'draft' && !photo.draft_keys.length
  const orphans = photos.filter(isOrphan).map((photo) => photo.sha256)
  return Promise.all([db.photos.bulkPut(photos.filter((photo) => !isOrphan(photo))), deletePhotos(orphans)])
}

/** Inside a transaction. */
export function deletePhotos(hashes) {
  return Promise.all([db.photos.bulkDelete(hashes), db.blobs.bulkDelete(hashes)])
}

/** Hashes waiting to be sent. */
export function queuedPhotos() {
  return db.photos.where('status').equals('queued').primaryKeys()
}

/** Hashes this phone has a receipt for. @returns {Promise<Set<string>>} */
export async function sentPhotos() {
  return new Set(await db.photos.where('status').equals('uploaded').primaryKeys())
}

/** Inside a transaction: the server has not got these after all. What is here no more cannot be offered. */
export async function offerPhotos(hashes) {
  const here = await db.blobs.where('sha256').anyOf(hashes).primaryKeys()
  await db.photos.where('sha256').anyOf(here).and((held) => held.status === 'uploaded').modify({ status: 'queued', tried: true })
}

/** @param {{status?: string, tried?: boolean, receipt?: string, problem?: {code: string, fields: string[]}|null}} change */
export function settlePhoto(hash, change) {
  return db.photos.update(hash, change)
}

/** Inside a transaction: offer refused photos again. */
export function retryPhotos(hashes) {
  return refused(hashes).modify({ status: 'queued', problem: null })
}

/**
 * Inside a transaction: refused photos of a capture that was made again ask no more. One that was only too large for
 * the way was never judged: it goes on asking.
 */
export function setAsidePhotos(hashes) {
  return refused(hashes).and((held) => held.problem.code !== 'too_large').modify({ status: 'superseded' })
}

const refused = (hashes) => db.photos.where('sha256').anyOf(hashes).and((held) => held.status === 'attention')
