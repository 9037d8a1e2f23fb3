import canonicalize from 'canonicalize'
import { db, unlessFull } from './db.js'
import { sha256, uuidv7 } from './ids.js'
import { dropCopies, journalOp } from './journal.js'
import { sealPhotos, setAsidePhotos } from './photos.js'
import { takeNumbers } from './queue.js'
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
  let copy = null
  const answer = await unlessFull(() => db.transaction('rw', db.tables, async () => {
    await Promise.all([
      db.captures.add(capture),
      operation(capture, frozen, input).then(({ op, rescue }) => {
        copy = journalOp(op, rescue)
        return db.outbox.add(op)
      }),
      db.drafts.delete(input.draftKey),
      setAsideRefused(capture).then(() => sealPhotos(hashesOf(capture), input.draftKey)),
    ])
    await patchSummary([capture.entity_id])
    return { ok: true, id }
  }))
  await copy
  if (!answer.ok && copy) await dropCopies([`op-${id}`])
  return answer
}

const hashesOf = (capture) => capture.photos.map((photo) => photo.sha256)

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
  const [{ account, deviceId, rescue }, numbers] = await Promise.all([currentSession(), takeNumbers()])
  const op = {
    id: capture.id, ...numbers, device_id: deviceId, account_id: account.id, kind: 'capture.add', subject: capture.subject,
    entity_id: capture.entity_id, base_rev: baseRev, taken_at: capture.taken_at, title, ...frozen,
    photos: hashesOf(capture), status: 'queued', problem: null, receipt: null, received_at: null,
  }
  return { op, rescue }
}

/**
 * Being captured again takes what was refused off the attention list. The server keeps a record it has
 * judged; one it could not even receive exists only here and goes on asking.
 */
async function setAsideRefused({ id, entity_id, subject }) {
  const ops = await db.outbox.where('entity_id').equals(entity_id).toArray()
  const earlier = ops.filter((op) => op.subject === subject && op.id !== id)
  const judged = earlier.filter((op) => op.status === 'attention' && op.problem.code !== 'too_large')
  await db.outbox.bulkPut(judged.map((op) => ({ ...op, status: 'superseded' })))
  await setAsidePhotos(earlier.flatMap((op) => op.photos))
}
