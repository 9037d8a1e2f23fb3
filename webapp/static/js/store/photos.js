import { db, unlessFull } from './db.js'
import { sha256 } from './ids.js'

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
  return unlessFull(async () => {
    await db.transaction('rw', db.photos, () => holdForDraft(photo.sha256, bytes, blob.type, captureDraftKey))
    return { ok: true, ...photo }
  })
}

async function holdForDraft(hash, bytes, type, draftKey) {
  const held = await db.photos.get(hash)
  const draftKeys = new Set(held?.draft_keys).add(draftKey)
  const empty = { sha256: hash, bytes, type, size: bytes.byteLength, status: 'draft', tried: false, receipt: null, problem: null }
  await db.photos.put({ ...(held ?? empty), draft_keys: [...draftKeys] })
}

/** An object URL of a photo on this phone, or null; the caller revokes it. @returns {Promise<string|null>} */
export async function photoUrl(hash) {
  const held = await db.photos.get(hash)
  return held ? URL.createObjectURL(new Blob([held.bytes], { type: held.type })) : null
}

/** Take a photo out of its draft. One that belongs to a kept capture stays. */
export function dropPhoto(hash, captureDraftKey) {
  return db.transaction('rw', db.photos, () => releasePhotos(captureDraftKey, (photo) => photo.sha256 === hash))
}

/** Inside a transaction on photos: the draft lets go, and what nothing else holds is deleted. */
export async function releasePhotos(draftKey, chosen = () => true) {
  const held = await db.photos.where('draft_keys').equals(draftKey).filter(chosen).toArray()
  for (const photo of held) {
    const draftKeys = photo.draft_keys.filter((key) => key !== draftKey)
    if (photo.status === 'draft' && !draftKeys.length) await db.photos.delete(photo.sha256)
    else await db.photos.update(photo.sha256, { draft_keys: draftKeys })
  }
}

/** Inside the saving transaction: these photos now belong to a record and may be sent. */
export async function sealPhotos(hashes) {
  const held = await db.photos.bulkGet(hashes)
  if (held.includes(undefined)) throw new Error('a photo of this capture is not in the store')
  const fresh = held.filter((photo) => ['draft', 'superseded'].includes(photo.status))
  await db.photos.bulkPut(fresh.map((photo) => ({ ...photo, status: 'queued', problem: null })))
}

/** Hashes waiting to be sent, without their bytes. */
export function queuedPhotos() {
  return db.photos.where('status').equals('queued').primaryKeys()
}

/** @param {{status?: string, tried?: boolean, receipt?: string, problem?: {code: string, fields: string[]}|null}} change */
export function settlePhoto(hash, change) {
  return db.photos.update(hash, change)
}

export function photo(hash) {
  return db.photos.get(hash)
}

/** Inside a transaction: offer refused photos again. */
export function retryPhotos(hashes) {
  return refused(hashes).modify({ status: 'queued', problem: null })
}

/** Inside a transaction: refused photos of a capture that was made again ask no more. */
export function setAsidePhotos(hashes) {
  return refused(hashes).modify({ status: 'superseded' })
}

const refused = (hashes) => db.photos.where('sha256').anyOf(hashes).and((held) => held.status === 'attention')
