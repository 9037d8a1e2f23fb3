import assert from 'node:assert/strict'
import test from 'node:test'

import { farFromLast_m, firstMissing, toExplain } from '../../../webapp/static/js/pages/field/capture/needs.js'
import { handAccuracy_m, keepBetter, pointOf, strayed_m } from '../../../webapp/static/js/pages/field/capture/point.js'

const LIMITS = {
  accuracy_good_m: 15, accuracy_fair_m: 30, accuracy_poor_m: 100, spread_good_m: 10, spread_fair_m: 25,
  min_fixes: 3, good_fixes: 5, last_capture_far_m: 50,
}
const DOOR = { lon: 99.2481, lat: 25.1351 }
const METRE = 1 / 111_195
const north = (metres) => ({ lon: DOOR.lon, lat: DOOR.lat + metres * METRE })
const point = (more = {}) => ({ ...DOOR, accuracy_m: 7, grade: 'excellent', settled: true, ...more })
const draft = (more = {}) => ({
  mode: 'gps', exception: null, reason: null, note: '', photos: [{ kind: 'door' }], doorWanted: true, ...more,
})
const capture = (more = {}) => ({ draft: draft(more.draft), point: more.point === undefined ? point() : more.point, last: more.last ?? null, limits: LIMITS })

test('a good point with a door photo needs nothing more', () => {
  assert.equal(firstMissing(capture()), null)
})

test('without a point nothing can be kept, whatever else was filled in', () => {
  assert.equal(firstMissing(capture({ point: null, draft: { reason: 'R01' } })), 'point')
})

test('a poor point, a hand-placed one, a far one and a missing door photo ask for a reason', () => {
  const cases = {
    coarse: capture({ point: point({ grade: 'poor' }) }),
    hand_placed: capture({ draft: { mode: 'manual_map' } }),
    far: capture({ last: north(60) }),
    no_photo: capture({ draft: { photos: [{ kind: 'house' }] } }),
  }
  for (const [why, asking] of Object.entries(cases)) {
    assert.deepEqual(toExplain(asking), [why])
    assert.equal(firstMissing(asking), why === 'no_photo' ? 'photo' : 'reason')
    asking.draft.reason = 'R01'
    assert.equal(firstMissing(asking), null)
  }
})

test('a point within the limit of the last one asks for nothing', () => {
  assert.equal(farFromLast_m(point(), north(49), LIMITS), null)
  assert.equal(Math.round(farFromLast_m(point(), north(51), LIMITS)), 51)
})

test('places other than households need no door photo', () => {
  assert.equal(firstMissing(capture({ draft: { photos: [], doorWanted: false } })), null)
})

test('the reason "other" has to be put into words, and blanks are no words', () => {
  const other = capture({ draft: { photos: [], reason: 'R99', note: '  ' } })
  assert.equal(firstMissing(other), 'note')
  other.draft.note = '大雨'
  assert.equal(firstMissing(other), null)
})

test('an exception needs its code but neither point nor photo; "other" needs a note', () => {
  const exception = (more) => capture({ point: null, draft: { mode: 'exception', photos: [], ...more } })
  assert.equal(firstMissing(exception({})), 'exception')
  assert.equal(firstMissing(exception({ exception: 'E06' })), null)
  assert.equal(firstMissing(exception({ exception: 'E99' })), 'note')
  assert.equal(firstMissing(exception({ exception: 'E99', note: '房屋在建' })), null)
})

test('a settled point stands while the cadre walks off to take the photo', () => {
  const held = point()
  const across = point({ ...north(30) })
  assert.equal(keepBetter(held, across), held)
  assert.equal(Math.round(strayed_m(held, across)), 30)
  assert.equal(strayed_m(held, point({ ...north(5) })), null)
})

test('at the same spot a settled point follows the better estimate and refuses the worse one', () => {
  const held = point({ grade: 'good' })
  const better = point({ ...north(2) })
  assert.equal(keepBetter(held, better), better)
  assert.equal(keepBetter(held, point({ grade: 'poor' })), held)
})

test('before it has settled the point follows the watch, even to a worse grade at another spot', () => {
  const walking = point({ ...north(80), settled: false })
  const arrived = point({ grade: 'good', settled: false })
  assert.equal(keepBetter(walking, arrived), arrived)
})

test('a point restored after the page was killed stands until a new one is as good', () => {
  const restored = point({ settled: false, restored: true, grade: 'good' })
  const first = point({ grade: 'poor', settled: false })
  const later = point({ settled: false })
  assert.equal(keepBetter(restored, first), restored)
  assert.equal(keepBetter(restored, later), later)
})

test('nothing new leaves the held point alone', () => {
  const held = point()
  assert.equal(keepBetter(held, null), held)
  assert.equal(keepBetter(null, held), held)
  assert.equal(keepBetter(null, null), null)
})

test('a network fix of two kilometres is no point at all', () => {
  const watched = { state: 'searching', estimate: null, fixes: [[0, 99.2, 25.1, 2000]], last: { altitude_m: null } }
  assert.equal(pointOf(watched, LIMITS), null)
})

test('a hand-placed point is never called better than 20 m, and coarser when seen from above', () => {
  assert.equal(handAccuracy_m(25, 19), 20)
  assert.ok(handAccuracy_m(25, 13) > 150)
})
