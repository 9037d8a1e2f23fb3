import assert from 'node:assert/strict'
import test from 'node:test'

import { receiptNumber } from '../../../webapp/static/js/pages/field/household/receipt.js'
import { localDay, standing } from '../../../webapp/static/js/pages/field/me/days.js'
import { placesOf, subjectsFor } from '../../../webapp/static/js/pages/field/places.js'
import { visibleRows } from '../../../webapp/static/js/widgets/virtual-rows.js'

test('of 2,000 rows only those in sight are drawn', () => {
  const { first, last } = visibleRows({ top: 50_000, height: 700, rowPx: 76, count: 2000 })
  assert.ok(first <= 657 && last >= 668)
  assert.ok(last - first < 30)
})

test('the drawn rows never reach outside the list', () => {
  assert.deepEqual(visibleRows({ top: -300, height: 700, rowPx: 76, count: 3 }), { first: 0, last: 3 })
  assert.deepEqual(visibleRows({ top: 9000, height: 700, rowPx: 76, count: 3 }), { first: 3, last: 3 })
  assert.deepEqual(visibleRows({ top: 0, height: 700, rowPx: 76, count: 0 }), { first: 0, last: 0 })
})

test('the days left of a campaign count its last day', () => {
  const stands = (today) => standing('2018-10-08', '2018-10-15', today)
  assert.deepEqual(stands('2018-10-06'), { stage: 'not_begun', n: 2 })
  assert.deepEqual(stands('2018-10-08'), { stage: 'days_left', n: 7 })
  assert.deepEqual(stands('2018-10-15'), { stage: 'last_day', n: 0 })
  assert.deepEqual(stands('2018-10-17'), { stage: 'over', n: 2 })
})

test('today is the phone\'s own day, not the one in London', () => {
  const lateEvening = new Date('2018-10-08T17:30:00Z') // half past one on the ninth in Baoshan
  lateEvening.getTimezoneOffset = () => -480
  assert.equal(localDay(lateEvening), '2018-10-09')
})

test('a receipt is read out as eight signs', () => {
  assert.equal(receiptNumber('ht1.0190.ab12.1700000000.q8Xk29ZmLrTTTT'), 'Q8XK29ZM')
})

const point = { state: 'missing', lon: null, lat: null }
const areas = ['street', 'community', 'group'].map((level, i) => ({ id: level, level, code: String(i), name: level, rev: 1, place: point, water: point }))
const subjects = (...roles) => placesOf(areas, roles.map((role) => ({ role }))).map(({ subject }) => subject)

test('the office captures every kind of place, a cadre groups and water points, a supervisor none', () => {
  assert.deepEqual(subjects('office'), ['office', 'community', 'group', 'water_point'])
  assert.deepEqual(subjects('cadre'), ['group', 'water_point'])
  assert.deepEqual(subjects('community', 'office'), ['office', 'community', 'group', 'water_point'])
  assert.deepEqual(subjectsFor([{ role: 'supervisor' }]), {})
})

test('a group\'s own point and its water point are two places', () => {
  const water = { ...point, state: 'uploaded' }
  const places = placesOf([{ ...areas[2], water }], [{ role: 'cadre' }])
  assert.deepEqual(places.map(({ key, state }) => [key, state]), [['group:group', 'missing'], ['water_point:group', 'uploaded']])
})
