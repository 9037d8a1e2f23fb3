import canonicalize from 'canonicalize'
import { db, unlessFull } from './db.js'
import { sha256, uuidv7 } from './ids.js'
import { releasePhotos, sealPhotos, setAsidePhotos } from './photos.js'
import { takeDeviceSeq, takeNo } from './queue.js'
import { currentSession } from './session.js'
import { patchSummary } from './summary.js'

/**
 * @typedef {{subject: 'household'|'office'|'community'|'group'|'water_point', entityId: string, title: string,
 *   estimate: {lon: number, lat: number, accuracy_m: number, altitude_m?: number|null, spread_m?: number|null}|null,
 *   fixes: [number, number, number, number][], source: 'gps'|'manual_map', exception?: string|null,
 *   reason?: string|null, note?: string, photos: import('./photos.js').Photo[], supersedes?: string|null,
 *   baseRev?: number|null, draftKey: string}} CaptureInput
 */

/**
 * Keep a capture for good: record, photo links, outbox entry, number, list row and the end of the
 * draft are written together or not at all. Needs neither network nor a live session.
 * @param {CaptureInput} input
 * @returns {Promise<{ok: true, id: string} | {ok: false, reason: 'quota'}>} after the commit
 */
export async function keepCapture(input, { now = new Date(), id = uuidv7(now) } = {}) {
  const payload = capturePayload(input)
  const frozen = await freeze(payload)
  const capture = { id, entity_id: input.entityId, taken_at: now.toISOString(), settled_rev: null, ...payload }
  return unlessFull(() => db.transaction('rw', db.tables, async () => {
    await db.captures.add(capture)
    await setAsideRefused(capture)
    await sealPhotos(payload.photos.map((photo) => photo.sha256))
    await db.outbox.add(await operation(capture, frozen, input))
    await db.drafts.delete(input.draftKey)
    await releasePhotos(input.draftKey)
    await patchSummary([capture.entity_id])
    return { ok: true, id }
  }))
}

function capturePayload({ subject, estimate, fixes, source, exception = null, reason = null, note = '', photos, supersedes = null }) {
  const { lon = null, lat = null, accuracy_m = null, altitude_m = null, spread_m = null } = (!exception && estimate) || {}
  return { subject, lon, lat, accuracy_m, altitude_m, spread_m, fixes, source, exception, note, photos: photos.map(photoEntry), reason, supersedes }
}

/** Only what the protocol names; the page may carry more on its photo objects. */
function photoEntry({ sha256, kind, bytes, width, height, taken_at, lon, lat, accuracy_m }) {
  const entry = { sha256, kind, bytes, width, height, taken_at }
  return lon === undefined || lon === null ? entry : { ...entry, lon, lat, accuracy_m }
}

/** What is signed for is this text; it is never built again. */
async function freeze(payload) {
  const payload_json = canonicalize(payload)
  return { payload_json, payload_sha256: await sha256(new TextEncoder().encode(payload_json)) }
}

async function operation(capture, frozen, { title, baseRev = null }) {
  const { account, deviceId } = await currentSession()
  return {
    id: capture.id, no: await takeNo(), device_id: deviceId, device_seq: await takeDeviceSeq(), account_id: account.id, kind: 'capture.add', subject: capture.subject,
    entity_id: capture.entity_id, base_rev: baseRev, taken_at: capture.taken_at, title, ...frozen,
    photos: capture.photos.map((photo) => photo.sha256), status: 'queued', problem: null, receipt: null, received_at: null,
  }
}

/**
 * Being captured again takes what was refused off the attention list. The server keeps a record it has
 * judged; one it could not even receive exists only here and goes on asking.
 */
async function setAsideRefused({ id, entity_id, subject }) {
  const earlier = db.outbox.where('entity_id').equals(entity_id).and((op) => op.subject === subject && op.id !== id)
  const hashes = (await earlier.toArray()).flatMap((op) => op.photos)
  await earlier.and((op) => op.status === 'attention' && op.problem.code !== 'too_large').modify({ status: 'superseded' })
  await setAsidePhotos(hashes)
}
