/**
 * The readings of one stay at one place, as plain data: what arrives goes in by `withPosition` and
 * `withError`, what the screen needs comes out by `describe`. No clock and no browser in here.
 */
import { distance_m } from './distance.js'
import { estimate, progress } from './estimate.js'

export const MAX_FIXES = 120
/** After a minute more waiting buys little, and the cadre has waited long enough. */
export const CAP_MS = 60_000
/** Chrome reports "unavailable" in bursts, also between two good readings. */
export const ERROR_PATIENCE_MS = 3000
/** Some embedded browsers call back neither with a reading nor with an error. */
export const SILENCE_MS = 20_000

const DENIED = 1
const TIMEOUT = 3
const COARSE_ACCURACY_M = 100
// A clock set back this far was corrected: the readings before and after it have no common time.
const CLOCK_STEP_MS = 5000
// So many readings elsewhere in a row are a walk to another place; reflections end sooner.
const DEPARTED_FIXES = 8
const DEPARTED_M = 10

/**
 * @typedef {{at: number, lon: number, lat: number, accuracy_m: number, altitude_m: number|null}} Reading
 * @typedef {object} Series
 * @property {number} started_at
 * @property {Reading[]} readings at most MAX_FIXES, oldest first
 * @property {number|null} usable_since when the first usable reading came
 * @property {number|null} heard_at when the last new reading came
 * @property {{code: number, since: number}|null} error the trouble since the last reading
 */

/** @returns {Series} */
export function newSeries(now) {
  return { started_at: now, readings: [], usable_since: null, heard_at: null, error: null }
}

/** @param {Series} series @param {GeolocationPosition} position @returns {Series} */
export function withPosition(series, position, now) {
  const reading = readingOf(position)
  const last = series.readings.at(-1)
  if (last && reading.at < last.at - CLOCK_STEP_MS) return withReading(newSeries(now), reading, now)
  if (last && reading.at <= last.at) return { ...series, error: null }
  const longer = withReading(series, reading, now)
  if (!hasDeparted(longer.readings)) return longer
  return { ...longer, started_at: now, usable_since: now, readings: longer.readings.slice(-DEPARTED_FIXES) }
}

/** @param {Series} series @param {number} code of GeolocationPositionError @returns {Series} */
export function withError(series, code, now) {
  return { ...series, error: { code, since: series.error?.since ?? now } }
}

/** The readings as they are stored and sent. @param {Reading[]} readings */
export function fixRows(readings) {
  return readings.map(({ at, lon, lat, accuracy_m }) => [at - readings[0].at, lon, lat, accuracy_m])
}

/**
 * @param {Series} series
 * @param {string} permission
 * @returns {import('./watch.js').WatchState}
 */
export function describe(series, permission, now) {
  const fixes = fixRows(series.readings)
  const { estimate: found, settled, share } = progress(fixes)
  const capped = series.usable_since !== null && now - series.usable_since >= CAP_MS
  return {
    state: found ? (settled || capped ? 'settled' : 'fixing') : stateWithoutEstimate(series, permission, now),
    fixes,
    estimate: found,
    share: capped && found ? 1 : share,
    capped,
    last: lastOf(series, now),
    elapsed_ms: now - series.started_at,
    permission,
  }
}

function stateWithoutEstimate({ error, readings, started_at }, permission, now) {
  if (permission === 'unsupported') return 'unavailable'
  if (error?.code === DENIED) return 'denied'
  if (error?.code === TIMEOUT) return 'timeout'
  if (error && now - error.since >= ERROR_PATIENCE_MS) return 'unavailable'
  if (error || readings.length > 0) return 'searching'
  // While the browser is still asking the person, silence is theirs.
  return now - started_at >= SILENCE_MS && permission !== 'prompt' ? 'timeout' : 'starting'
}

function withReading(series, reading, now) {
  const usable = reading.accuracy_m > 0 && reading.accuracy_m <= COARSE_ACCURACY_M
  return {
    ...series,
    readings: [...series.readings, reading].slice(-MAX_FIXES),
    usable_since: series.usable_since ?? (usable ? now : null),
    heard_at: now,
    error: null,
  }
}

/** Rounded before anything is computed: the server has only the stored digits to recompute from. */
function readingOf({ coords, timestamp }) {
  return {
    at: Math.round(timestamp),
    lon: Number(coords.longitude.toFixed(7)),
    lat: Number(coords.latitude.toFixed(7)),
    accuracy_m: Number(coords.accuracy.toFixed(1)),
    altitude_m: coords.altitude ?? null,
  }
}

function hasDeparted(readings) {
  const before = estimate(fixRows(readings.slice(0, -DEPARTED_FIXES)))
  if (before === null) return false
  const reach = Math.max(before.accuracy_m, DEPARTED_M)
  return readings
    .slice(-DEPARTED_FIXES)
    .every((r) => distance_m([r.lon, r.lat], [before.lon, before.lat]) > reach + r.accuracy_m)
}

function lastOf({ readings, heard_at }, now) {
  const last = readings.at(-1)
  return last ? { ...last, age_ms: now - heard_at } : null
}
