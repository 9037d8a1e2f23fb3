import { distance_m } from '../../../geo/distance.js'
import { grade } from '../../../geo/estimate.js'

const GRADES = ['excellent', 'good', 'poor', 'unusable']
const STRAY_M = 10

/**
 * What the watch offers at this moment as a point to keep, with the fixes it was made of; null while
 * nothing usable came.
 * @param {import('../../../geo/watch.js').WatchState} watched
 */
export function pointOf({ state, estimate, fixes, last }, limits) {
  const graded = grade(estimate, limits)
  if (graded === 'unusable') return null
  const { lon, lat, accuracy_m, spread_m } = estimate
  return { lon, lat, accuracy_m, spread_m, altitude_m: last.altitude_m, fixes, grade: graded, settled: state === 'settled' }
}

/**
 * Once settled, the doorstep's point stands: taking the photo from across the yard must not move it.
 * A point restored from a draft stands until a new one is at least as good.
 */
export function keepBetter(held, fresh) {
  if (!fresh || !held) return fresh ?? held
  if (!held.settled && !held.restored) return fresh
  const worse = GRADES.indexOf(fresh.grade) > GRADES.indexOf(held.grade)
  return worse || strayed_m(held, fresh) !== null ? held : fresh
}

/** How far the phone has gone from the settled point, or null while it is still there. */
export function strayed_m(held, fresh) {
  if (!held?.settled || !fresh) return null
  const apart = distance_m([held.lon, held.lat], [fresh.lon, fresh.lat])
  return apart > Math.max(held.accuracy_m, STRAY_M) ? apart : null
}

/** A finger covers about this much of the map; streets are not drawn, so it is never better than 20 m (assumed). */
export function handAccuracy_m(lat, zoom) {
  const metresPerPixel = (78_271.517 * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom
  return Math.round(Math.max(20, 24 * metresPerPixel))
}
