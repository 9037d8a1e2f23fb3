import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { fromWgs84, navigationLink, toWgs84 } from '../../../webapp/static/js/geo/datum.js'
import { distance_m } from '../../../webapp/static/js/geo/distance.js'

const POINTS = JSON.parse(readFileSync(new URL('../../cases/datum/points.json', import.meta.url), 'utf8'))
const near = (a, b, degrees) => a.every((value, i) => Math.abs(value - b[i]) <= degrees)

for (const { name, datum, wgs84, there } of POINTS) {
  test(`a point goes there and comes back: ${name}, ${datum}`, () => {
    assert.ok(near(fromWgs84(wgs84, datum), there, 1e-9))
    assert.ok(near(toWgs84(there, datum), wgs84, 1e-9))
  })
}

test('converting leaves the given point alone', () => {
  const point = Object.freeze([99.2283, 25.1146])
  fromWgs84(point, 'GCJ02')
  assert.deepEqual(point, [99.2283, 25.1146])
})

test('the system chooser gets the stored point and Amap its own datum', () => {
  const { geo, amap } = navigationLink(99.2283, 25.1146, 'No. 12')
  const position = new URL(amap).searchParams.get('position').split(',').map(Number)

  assert.equal(geo, 'geo:25.114600,99.228300?q=25.114600,99.228300(No.%2012)')
  assert.equal(new URL(amap).searchParams.get('coordinate'), 'gaode')
  assert.ok(distance_m(toWgs84(position, 'GCJ02'), [99.2283, 25.1146]) < 0.1)
})

test('a name with brackets, commas and ampersands cannot break a link', () => {
  const name = "一组(12) & 'a', b=c?"
  const { geo, amap } = navigationLink(99.2283, 25.1146, name)

  assert.equal(new URL(amap).searchParams.get('name'), name)
  assert.equal(decodeURIComponent(/\(([^()]*)\)$/.exec(geo)[1]), name)
})
