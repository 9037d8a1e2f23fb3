import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import fc from 'fast-check'

import { distance_m } from '../../../webapp/static/js/geo/distance.js'
import { estimate, grade, isSettled, mismatch_m, progress } from '../../../webapp/static/js/geo/estimate.js'

const cases = (name) => JSON.parse(readFileSync(new URL(`../../cases/fix/${name}`, import.meta.url), 'utf8'))
const THRESHOLDS = {
  accuracy_good_m: 15, accuracy_fair_m: 30, accuracy_poor_m: 100, spread_good_m: 10, spread_fair_m: 25, good_fixes: 5, min_fixes: 3,
}
const steady = (seconds) => Array.from({ length: seconds }, (_, n) => [n * 1000, 99.2283, 25.1146, 6])

for (const { name, fixes, estimate: expected, settled, grade: expectedGrade } of cases('estimate.json')) {
  test(`a visit is estimated as agreed with the server: ${name}`, () => {
    const found = estimate(fixes)
    assert.deepEqual(found, expected)
    assert.equal(isSettled(found), settled)
    assert.equal(grade(found, THRESHOLDS), expectedGrade)
  })
}

for (const { name, thresholds, grade: expected, ...metrics } of cases('grade.json')) {
  test(`a grade is the worst of its metrics: ${name}`, () => assert.equal(grade(metrics, thresholds), expected))
}

for (const { name, a, b, distance_m: expected } of cases('distance.json')) {
  test(`a distance is measured on the mean sphere: ${name}`, () => {
    assert.ok(Math.abs(distance_m(a, b) - expected) < 1e-5)
  })
}

test('the ring fills with time and fixes and is full only when settled', () => {
  const shares = [0, 1, 12, 20, 21, 40].map((seconds) => progress(steady(seconds)).share)

  assert.equal(shares[0], 0)
  assert.deepEqual([...shares].sort((a, b) => a - b), shares)
  assert.ok(shares[3] < 1)
  assert.equal(shares.at(-1), 1)
})

test('a stated point is measured against the estimate of its own fixes', () => {
  assert.ok(mismatch_m(99.2283, 25.1146, steady(20)) < 0.02)
  assert.ok(Math.abs(mismatch_m(99.2283, 25.1146 + 0.001, steady(20)) - 111.2) < 0.1)
  assert.equal(mismatch_m(99.2283, 25.1146, []), null)
})

test('the stated circle is never smaller than what was seen', () => {
  const offset = fc.double({ min: -5e-4, max: 5e-4, noNaN: true })
  const accuracy = fc.option(fc.double({ min: -1, max: 300, noNaN: true }))
  const fix = fc.tuple(fc.integer({ min: 0, max: 3000 }), offset, offset, accuracy)
  fc.assert(fc.property(fc.array(fix, { maxLength: 40 }), (steps) => {
    let t_ms = 0
    const found = estimate(steps.map(([step, east, north, accuracy_m]) => [(t_ms += step), 99.2 + east, 25.1 + north, accuracy_m]))
    return found === null || found.accuracy_m >= Math.max(3, found.median_accuracy_m, found.spread_m)
  }))
})
