import { photo, photoUrl, queuedPhotos, settlePhoto } from '../store/photos.js'
import { currentSession } from '../store/session.js'
import { blobOffset, blobThumb, putChunk } from './api.js'
import { provesPhoto } from './receipt.js'

const CHUNK_BYTES = 256 * 1024
const MOST_RESTARTS = 3
const STOPS = ['offline', 'portal', 'unauthorized', 'revoked', 'update', 'slow_down', 'server']

/**
 * Send every waiting photo, one at a time so that a slow line finishes some rather than starts all.
 * @param {import('../store/session.js').Session} session
 * @param {(progress: {photosSent: number, photosTotal: number}) => void} report
 * @returns {Promise<import('./api.js').Failure|null>} why it stopped early
 */
export async function sendPhotos({ token }, report) {
  const hashes = await queuedPhotos()
  for (const [index, hash] of hashes.entries()) {
    report({ photosSent: index, photosTotal: hashes.length })
    const failure = await sendPhoto(token, await photo(hash))
    if (failure && STOPS.includes(failure.kind)) return failure
    if (failure) await settlePhoto(hash, { status: 'attention', problem: failure.problem })
  }
  report({ photosSent: hashes.length, photosTotal: hashes.length })
  return null
}

async function sendPhoto(token, held) {
  const start = held.tried ? await resumeAt(token, held) : { offset: 0 }
  await settlePhoto(held.sha256, { tried: true })
  return start.ok === false ? start : sendFrom(token, held, start.offset)
}

async function resumeAt(token, held) {
  const answer = await blobOffset(token, held.sha256)
  // a whole blob answers any chunk with its receipt; the last byte is the cheapest way to ask
  return answer.ok ? { offset: Math.min(answer.data.offset, held.size - 1) } : answer
}

/** Chunk by chunk, going wherever the server says it stands. */
async function sendFrom(token, held, first) {
  let offset = first
  for (let restarts = 0; restarts <= MOST_RESTARTS;) {
    const answer = await putChunk(token, held, offset, Math.min(offset + CHUNK_BYTES, held.size))
    const next = answer.data?.offset
    if (answer.ok && answer.status !== 202) return keepReceipt(held, answer.data.receipt)
    if (next === undefined) return answer
    if (!answer.ok || next <= offset) restarts += 1
    offset = next
  }
  return { ok: false, kind: 'refused', problem: { code: 'hash_mismatch', fields: [] } }
}

async function keepReceipt(held, receipt) {
  if (!provesPhoto(receipt, held)) return { ok: false, kind: 'portal', status: 200, problem: null, retryAfterS: 0, data: null }
  await settlePhoto(held.sha256, { status: 'uploaded', receipt, problem: null })
  return null
}

/** An object URL of any photo we may see: from this phone, else a small one from the server; null offline. */
export async function anyPhotoUrl(hash) {
  const own = await photoUrl(hash)
  if (own) return own
  const session = await currentSession()
  const thumb = session && (await blobThumb(session.token, hash))
  return thumb ? URL.createObjectURL(thumb) : null
}
