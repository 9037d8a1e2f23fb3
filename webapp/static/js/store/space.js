import { db } from './db.js'
import { dropCopies } from './journal.js'

const LOOKS = 10
const LOOK_MS = 300

/** Photos the server has, whose bytes still lie here. */
async function clearable() {
  const rows = await db.photos.where('status').equals('uploaded').filter((photo) => !photo.draft_keys.length).toArray()
  const here = new Set(await db.blobs.where('sha256').anyOf(rows.map(({ sha256 }) => sha256)).primaryKeys())
  return rows.filter(({ sha256 }) => here.has(sha256))
}

const sum = (photos) => photos.reduce((bytes, { size }) => bytes + size, 0)

/** Bytes that clearing the photos already sent would free. */
export const sentPhotoBytes = async () => sum(await clearable())

/**
 * Forget the bytes of photos the server has given its receipt for; the receipts stay. A browser deletes files when it finds
 * the time, so this waits, though not for ever, until their room is free.
 * @returns {Promise<number>} bytes freed
 */
export async function clearSentPhotos() {
  const photos = await clearable()
  const hashes = photos.map(({ sha256 }) => sha256)
  const before = await usedBytes()
  await db.blobs.bulkDelete(hashes)
  await dropCopies(hashes.map((hash) => `photo-${hash}`))
  for (let look = 0; look < LOOKS && (await usedBytes()) > before - sum(photos); look++) await rest(LOOK_MS)
  return sum(photos)
}

const usedBytes = async () => (await globalThis.navigator?.storage?.estimate?.())?.usage ?? NaN // no browser says: nothing to wait for
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
