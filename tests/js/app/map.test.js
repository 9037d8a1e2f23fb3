import assert from 'node:assert/strict'
import test from 'node:test'

import { hull, ownAreas } from '../../../webapp/static/js/pages/field/map/outline.js'
import { marksOf } from '../../../webapp/static/js/pages/field/map/points.js'
import { STATE_COLOURS, STATE_SHAPES } from '../../../webapp/static/js/widgets/state-shapes.js'
import { fit, fromPlane, scaleAt, toPlane } from '../../../webapp/static/js/widgets/map/plane.js'
import { accuracyCircle, boxAround, firstBox } from '../../../webapp/static/js/widgets/map/view.js'
import { distance_m } from '../../../webapp/static/js/geo/distance.js'

const SQUARE = { type: 'Polygon', coordinates: [[[99.2, 25.1], [99.3, 25.1], [99.3, 25.2], [99.2, 25.2], [99.2, 25.1]]] }

test('the plain map puts a position back where it came from', () => {
  const { lon, lat } = fromPlane(toPlane({ lon: 99.2481, lat: 25.1351 }))
  assert.ok(distance_m([lon, lat], [99.2481, 25.1351]) < 0.001)
})

test('north is up and east is right on the plain map', () => {
  const [a, b] = [toPlane({ lon: 99, lat: 25 }), toPlane({ lon: 100, lat: 26 })]
  assert.ok(b.x > a.x && b.y < a.y)
})

test('a fitted box lies within the screen', () => {
  const screen = { width: 390, height: 700 }
  const view = fit([[99.2, 25.1], [99.3, 25.2]], screen, 17)
  const [middle, corner] = [toPlane(view), toPlane({ lon: 99.3, lat: 25.2 })]
  assert.ok((corner.x - middle.x) * scaleAt(view.zoom) <= screen.width / 2)
  assert.ok((middle.y - corner.y) * scaleAt(view.zoom) <= screen.height / 2)
})

test('one house alone is shown with its surroundings, not as a point without size', () => {
  const [[west, south], [east, north]] = boxAround([[99.2, 25.1]])
  assert.ok(east - west > 0.001 && north - south > 0.001)
})

test('the map looks at the households, and at the outline while there are none', () => {
  assert.deepEqual(firstBox([{ boundary: SQUARE }], []), [[99.2, 25.1], [99.3, 25.2]])
  assert.ok(firstBox([{ boundary: SQUARE }], [{ lon: 99.25, lat: 25.15 }])[0][0] > 99.24)
  assert.equal(firstBox([], []), null)
})

test('the circle of a position has its accuracy as radius', () => {
  const { geometry } = accuracyCircle({ lon: 99.2, lat: 25.1, accuracy_m: 40 })
  for (const corner of geometry.coordinates[0]) {
    const radius = distance_m([99.2, 25.1], corner)
    assert.ok(Math.abs(radius - 40) < 0.5, String(radius))
  }
})

test('households without a position are left off the map', () => {
  const rows = [{ id: 'a', lon: null, lat: null }, { id: 'b', lon: 99.2, lat: 25.1, state: 'missing', head: '张国强' }]
  assert.deepEqual(marksOf(rows), [{ id: 'b', lon: 99.2, lat: 25.1, state: 'missing', label: '张国强' }])
})

test('only the areas of one\'s own households are outlined', () => {
  const areas = [{ code: 'c1', level: 'community', boundary: SQUARE }, { code: 'c2', level: 'community', boundary: SQUARE }]
  assert.deepEqual(ownAreas(areas, [{ area: 'g1', community: 'c1' }]).map(({ code }) => code), ['c1'])
})

test('while nothing of one\'s own is outlined the map shows the county, not the world', () => {
  const areas = [{ code: 'x', level: 'county', boundary: SQUARE }, { code: 'c1', level: 'community', boundary: null }]
  assert.deepEqual(ownAreas(areas, [{ area: 'g1', community: 'c1', lon: null }]).map(({ code }) => code), ['c1', 'x'])
})

const doors = [[99.2, 25.1], [99.21, 25.1], [99.21, 25.11], [99.2, 25.11], [99.205, 25.105]]
  .map(([lon, lat]) => ({ lon, lat, area: 'g1', community: 'c1' }))
const unknown = { code: 'c1', level: 'community', boundary: null, boundary_kind: null }

test('a community without a border gets the hull of its doors, marked as derived and around all of them', () => {
  const [{ boundary, boundary_kind }] = ownAreas([unknown], doors)
  assert.equal(boundary_kind, 'derived')
  const ring = boundary.coordinates[0]
  assert.deepEqual(ring[0], ring.at(-1))
  assert.ok(Math.min(...ring.map(([lon]) => lon)) < 99.2 && Math.max(...ring.map(([, lat]) => lat)) > 25.11)
})

test('two doors make no outline, and a stored outline is never replaced', () => {
  assert.equal(ownAreas([unknown], doors.slice(0, 2))[0].boundary, null)
  const drawn = { ...unknown, boundary: SQUARE, boundary_kind: 'drawn' }
  assert.deepEqual(ownAreas([drawn], doors), [drawn])
})

test('doors inside are no corners of the hull', () => {
  assert.equal(hull(doors.map(({ lon, lat }) => [lon, lat])).length, 4)
})

test('no two states share a colour or a shape', () => {
  const states = Object.keys(STATE_COLOURS)
  assert.deepEqual(Object.keys(STATE_SHAPES), states)
  assert.equal(new Set(Object.values(STATE_COLOURS)).size, states.length)
  assert.equal(new Set(states.map((state) => JSON.stringify(STATE_SHAPES[state]))).size, states.length)
})
