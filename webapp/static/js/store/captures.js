import { db } from './db.js'
import { uuidv7 } from './ids.js'
import { keepOperation } from './operation.js'
import { sealPhotos } from './photos.js'

/**
 * @typedef {{subject: 'household'|'office'|'community'|'group'|'water_point', entityId: string, title: string,
 *   estimate: {lon: number, lat: number, accuracy_m: number, altitude_m?: number|null, spread_m?: number|null}|null,
 *   fixes: [number, number, number, number][], source: 'gps'|'manual_map', exception?: string|null,
 *   reason?: string|null, note?: string, photos: import('./photos.js').Photo[], supersedes?: string|null,
 *   baseRev?: number|null, draftKey: string}} CaptureInput
 */

/**
 * Keep a capture for good: record and photo links are written together with its operation or not at all.
 * @param {CaptureInput} input
 * @returns {Promise<{ok: true, id: string} | {ok: false, reason: 'quota'}>} after the commit
 */
export function keepCapture(input, { now = new Date(), id = uuidv7(now) } = {}) {
  const payload = capturePayload(input)
  const { subject, entityId: entity_id, title, baseRev: base_rev = null, draftKey } = input
  const taken_at = now.toISOString()
  const photos = payload.photos.map((photo) => photo.sha256)
  const deed = { id, kind: 'capture.add', subject, entity_id, base_rev, taken_at, title, photos }
  return keepOperation(deed, payload, draftKey, () => Promise.all([
    db.captures.add({ id, entity_id, taken_at, settled_rev: null, ...payload }), sealPhotos(photos, draftKey),
  ]))
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
