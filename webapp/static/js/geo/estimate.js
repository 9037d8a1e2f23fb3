/**
 * Where the door is: one position out of the raw fixes of a visit.
 *
 * The server recomputes this in webapp/domain/fix.py, so the two keep the same rules in the same
 * order of operations; tests/cases/fix/ holds both to the same answers. The reasons for the numbers
 * stand there.
 */
import { distance_m, EARTH_RADIUS_M } from './distance.js'

const WARM_UP_MS = 5000
const WARM_ACCURACY_M = 50
const COARSE_ACCURACY_M = 100
const WALKING_M_S = 1.5
const FLOOR_M = 3
const ENOUGH_FIXES = 3
const HUBER_SIGMAS = 1.5
const CUT_SIGMAS = 4
const ROUNDS = 12
const RAYLEIGH_MEDIAN = 1.1774100225154747
const SIGMA_FLOOR_M = 0.3
const METRES_PER_DEGREE = (EARTH_RADIUS_M * Math.PI) / 180

const DRIFT_MS = 15000
const SETTLED_MS = 15000
const SETTLED_FIXES = 8
const SETTLED_ACCURACY_M = 10
const SETTLED_DRIFT_M = 2

const GRADES = ['excellent', 'good', 'poor', 'unusable']

/**
 * @typedef {[t_ms: number, lon: number, lat: number, accuracy_m: number|null]} FixRow
 * @typedef {object} Estimate
 * @property {number} lon
 * @property {number} lat
 * @property {number} accuracy_m stated radius: never divided by √n, for errors of neighbouring fixes are alike
 * @property {number} spread_m 68 % of the used fixes lie within this distance
 * @property {number} n_used
 * @property {number} n_seen
 * @property {number} duration_ms from the first used fix to the last
 * @property {number} median_accuracy_m
 * @property {number|null} drift_m how far the last 15 s moved the answer; null while there is no older one
 */

/** @param {FixRow[]} rows @returns {Estimate|null} null when no fix is usable */
export function estimate(rows) {
  const readable = readableFixes(rows)
  if (readable.length === 0) return null
  const solution = solve(readable)
  const { used } = solution
  const spread = percentile68(solution.distances)
  const medianAccuracy = median(used.map((fix) => fix.accuracy_m))
  return {
    lon: rounded(solution.lon, 1e7),
    lat: rounded(solution.lat, 1e7),
    accuracy_m: rounded(Math.max(FLOOR_M, medianAccuracy, spread), 100),
    spread_m: rounded(spread, 100),
    n_used: used.length,
    n_seen: rows.length,
    duration_ms: used[used.length - 1].t_ms - used[0].t_ms,
    median_accuracy_m: rounded(medianAccuracy, 100),
    drift_m: driftOf(readable, solution),
  }
}

/** More waiting would hardly move the answer, so the cadre may go on. @param {Estimate|null} found */
export function isSettled(found) {
  return (
    found !== null &&
    found.duration_ms >= SETTLED_MS &&
    found.n_used >= SETTLED_FIXES &&
    found.median_accuracy_m <= SETTLED_ACCURACY_M &&
    found.drift_m !== null &&
    found.drift_m < SETTLED_DRIFT_M
  )
}

/**
 * The estimate so far and how near it is to settled, for a ring that fills.
 * @param {FixRow[]} rows
 * @returns {{estimate: Estimate|null, settled: boolean, share: number}} share runs from 0 to 1
 */
export function progress(rows) {
  const found = estimate(rows)
  const settled = isSettled(found)
  if (found === null) return { estimate: null, settled, share: 0 }
  const share = Math.min(found.duration_ms / SETTLED_MS, found.n_used / SETTLED_FIXES, settled ? 1 : 0.95)
  return { estimate: found, settled, share }
}

/**
 * The worst of radius, spread and count; only the radius can make a position unusable.
 * @param {Estimate|null} found
 * @returns {'excellent'|'good'|'poor'|'unusable'}
 */
export function grade(found, limits) {
  if (found === null) return 'unusable'
  const radius = stepsOver(found.accuracy_m, limits.accuracy_good_m, limits.accuracy_fair_m, limits.accuracy_poor_m)
  const spread = stepsOver(found.spread_m, limits.spread_good_m, limits.spread_fair_m)
  const count = stepsOver(-found.n_used, -limits.good_fixes, -limits.min_fixes)
  return GRADES[Math.max(radius, spread, count)]
}

/** Metres between a stated point and the estimate of its own fixes; null without an estimate. */
export function mismatch_m(statedLon, statedLat, rows) {
  const found = estimate(rows)
  return found && distance_m([statedLon, statedLat], [found.lon, found.lat])
}

function solve(readable) {
  const fixes = withoutWide(withoutJumps(withoutWarmUp(readable)))
  const origin = fixes[0]
  const eastM = METRES_PER_DEGREE * Math.cos((origin.lat * Math.PI) / 180)
  const xs = fixes.map((fix) => (fix.lon - origin.lon) * eastM)
  const ys = fixes.map((fix) => (fix.lat - origin.lat) * METRES_PER_DEGREE)
  const { x, y, factors } = robustCentre(xs, ys, fixes.map(baseWeight))
  const kept = [...fixes.keys()].filter((i) => factors[i] > 0)
  return {
    lon: origin.lon + x / eastM,
    lat: origin.lat + y / METRES_PER_DEGREE,
    distances: kept.map((i) => length(xs[i] - x, ys[i] - y)),
    used: kept.map((i) => fixes[i]),
  }
}

function readableFixes(rows) {
  const kept = []
  for (const [t_ms, lon, lat, accuracy_m] of rows) {
    const fresh = kept.length === 0 || t_ms > kept[kept.length - 1].t_ms
    if (fresh && accuracy_m !== null && accuracy_m > 0 && accuracy_m <= COARSE_ACCURACY_M) {
      kept.push({ t_ms, lon, lat, accuracy_m })
    }
  }
  return kept
}

function withoutWarmUp(fixes) {
  const start = fixes.findIndex((fix) => fix.t_ms >= WARM_UP_MS && fix.accuracy_m < WARM_ACCURACY_M)
  return start >= 0 && fixes.length - start >= ENOUGH_FIXES ? fixes.slice(start) : fixes
}

function withoutJumps(fixes) {
  const kept = fixes.filter((fix, i) => withinWalk(fix, fixes[i - 1]) || withinWalk(fix, fixes[i + 1]))
  return kept.length >= ENOUGH_FIXES ? kept : fixes
}

function withinWalk(fix, neighbour) {
  if (!neighbour) return false
  const walkedM = (WALKING_M_S * Math.abs(fix.t_ms - neighbour.t_ms)) / 1000
  const apartM = distance_m([fix.lon, fix.lat], [neighbour.lon, neighbour.lat])
  return apartM - Math.max(fix.accuracy_m, neighbour.accuracy_m) <= walkedM
}

function withoutWide(fixes) {
  const widest = 2 * median(fixes.map((fix) => fix.accuracy_m))
  return fixes.filter((fix) => fix.accuracy_m <= widest)
}

function robustCentre(xs, ys, base) {
  let [x, y, factors] = [median(xs), median(ys), base]
  for (let round = 0; round < ROUNDS; round += 1) {
    const distances = xs.map((_, i) => length(xs[i] - x, ys[i] - y))
    const sigma = median(distances) / RAYLEIGH_MEDIAN + SIGMA_FLOOR_M
    factors = distances.map((distance) => huber(distance / sigma))
    const weights = base.map((weight, i) => weight * factors[i])
    const total = sum(weights)
    x = sum(weights.map((weight, i) => weight * xs[i])) / total
    y = sum(weights.map((weight, i) => weight * ys[i])) / total
  }
  return { x, y, factors }
}

function huber(sigmas) {
  if (sigmas > CUT_SIGMAS) return 0
  return sigmas <= HUBER_SIGMAS ? 1 : HUBER_SIGMAS / sigmas
}

function baseWeight(fix) {
  const reach = Math.max(fix.accuracy_m, FLOOR_M)
  return 1 / (reach * reach)
}

function driftOf(readable, now) {
  const until = now.used[now.used.length - 1].t_ms - DRIFT_MS
  const older = readable.filter((fix) => fix.t_ms <= until)
  if (older.length === 0) return null
  const then = solve(older)
  return rounded(distance_m([then.lon, then.lat], [now.lon, now.lat]), 100)
}

const stepsOver = (value, ...limits) => limits.filter((limit) => value > limit).length

function median(values) {
  const ordered = [...values].sort((a, b) => a - b)
  const middle = Math.floor(ordered.length / 2)
  return ordered.length % 2 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2
}

function percentile68(values) {
  const ordered = [...values].sort((a, b) => a - b)
  return ordered[Math.floor((68 * values.length + 99) / 100) - 1]
}

const sum = (values) => values.reduce((total, value) => total + value, 0)
const length = (x, y) => Math.sqrt(x * x + y * y)

// Math.round and Python's round() treat ties differently: both languages take the floor.
const rounded = (value, perUnit) => Math.floor(value * perUnit + 0.5) / perUnit
