import { distance_m } from '../../../geo/distance.js'

/** Codes that say nothing by themselves: the note has to. */
const OPEN_REASON = 'R99'
const OPEN_EXCEPTION = 'E99'

/**
 * What a capture has to explain, in the order it is asked.
 * @param {{draft: object, point: object|null, last: {lon: number, lat: number}|null, limits: object}} capture
 * @returns {('hand_placed'|'coarse'|'far'|'no_photo')[]}
 */
export function toExplain({ draft, point, last, limits }) {
  if (draft.mode === 'exception') return []
  const far = farFromLast_m(point, last, limits) !== null
  const asked = {
    hand_placed: draft.mode === 'manual_map',
    coarse: draft.mode === 'gps' && point?.grade === 'poor',
    far,
    no_photo: draft.doorWanted && !draft.photos.some(({ kind }) => kind === 'door'),
  }
  return Object.keys(asked).filter((name) => asked[name])
}

/** Metres between the new point and the last one when that is further than the campaign allows, else null. */
export function farFromLast_m(point, last, limits) {
  if (!point || !last) return null
  const apart = distance_m([point.lon, point.lat], [last.lon, last.lat])
  return apart > limits.last_capture_far_m ? apart : null
}

/**
 * The first thing still missing before this can be kept, or null.
 * @returns {'point'|'exception'|'photo'|'reason'|'note'|null}
 */
export function firstMissing(capture) {
  const { draft, point } = capture
  if (draft.mode === 'exception') {
    if (!draft.exception) return 'exception'
    return draft.exception === OPEN_EXCEPTION && !draft.note.trim() ? 'note' : null
  }
  if (!point) return 'point'
  const asked = toExplain(capture)
  if (!asked.length) return null
  if (!draft.reason) return asked.at(-1) === 'no_photo' ? 'photo' : 'reason'
  return draft.reason === OPEN_REASON && !draft.note.trim() ? 'note' : null
}
