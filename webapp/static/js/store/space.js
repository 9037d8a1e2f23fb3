import { db } from './db.js'
import { dropCopies } from './journal.js'

/** Photos the server has, whose bytes still lie here. */
async function clearable() {
  const rows = await db.photos.where('status').equals('uploaded').filter((photo) => !photo.draft_keys.length).toArray()
  const here = new Set(await db.blobs.where('sha256').anyOf(rows.map(({ sha256 }) => sha256)).primaryKeys())
  return rows.filter(({ sha256 }) => here.has(sha256))
}

const sum = (photos) => photos.reduce((bytes, { size }) => bytes + size, 0)

/** Bytes that clearing the photos already sent would free. */
export const sentPhotoBytes = async () => sum(await clearable())

/** Forget the bytes of photos the server has given its receipt for; the receipts stay. @returns {Promise<number>} bytes freed */
export async function clearSentPhotos() {
  const photos = await clearable()
  const hashes = photos.map(({ sha256 }) => sha256)
  await db.blobs.bulkDelete(hashes)
  await dropCopies(hashes.map((hash) => `photo-${hash}`))
  return sum(photos)
}
