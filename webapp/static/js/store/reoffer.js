import { db } from './db.js'
import { writeMeta } from './meta.js'
import { offerPhotos } from './photos.js'
import { takeNumbers } from './queue.js'

/**
 * The server names numbers it does not have. If some of them were uploaded, it was restored from an older copy: they are
 * offered again with their photos, so is what went under an earlier identity (repeating is harmless), and the
 * households are taken from the start.
 * @param {string} deviceId
 * @param {[number, number][]} missing ranges, both ends included
 * @returns {Promise<number>} records offered again
 */
export function reoffer(deviceId, missing) {
  if (!missing.length) return 0
  return db.transaction('rw', db.outbox, db.meta, db.photos, db.blobs, async () => {
    const uploaded = await db.outbox.where('status').equals('uploaded').sortBy('no')
    const isMine = (op) => op.device_id === deviceId
    const lost = uploaded.filter((op) => isMine(op) && missing.some(([from, to]) => from <= op.device_seq && op.device_seq <= to))
    if (!lost.length) return 0
    const earlier = uploaded.filter((op) => !isMine(op))
    for (const op of earlier) Object.assign(op, { device_id: deviceId, device_seq: (await takeNumbers()).device_seq })
    await offer([...lost, ...earlier])
    await writeMeta('cursor', '')
    return lost.length + earlier.length
  })
}

/** Inside the enrolling transaction: this server does not know the device we were, so it may not know our records. */
export async function reofferAll() {
  await offer(await db.outbox.where('status').equals('uploaded').toArray())
}

async function offer(ops) {
  await db.outbox.bulkPut(ops.map((op) => ({ ...op, status: 'queued', problem: null })))
  await offerPhotos(ops.flatMap((op) => op.photos))
}
