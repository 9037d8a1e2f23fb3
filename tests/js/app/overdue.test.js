import assert from 'node:assert/strict'
import test from 'node:test'

import { overdue } from '../../../webapp/static/js/pages/field/outbox/overdue.js'

const NOW = Date.parse('2018-10-12T08:00:00Z')
const item = (taken_at, state = 'queued', photos = { total: 0, sent: 0 }) => ({ taken_at, state, photos })

test('what waits a day is told with its days, and in red from the third on', () => {
  assert.equal(overdue([], NOW), null)
  assert.equal(overdue([item('2018-10-12T07:00:00Z')], NOW), null)
  assert.deepEqual(overdue([item('2018-10-11T07:00:00Z'), item('2018-10-12T07:00:00Z')], NOW), { n: 2, days: 1, hard: false })
  assert.deepEqual(overdue([item('2018-10-09T08:00:00Z', 'attention')], NOW), { n: 1, days: 3, hard: true })
})

test('a record counts until the last of its photos has arrived', () => {
  const old = '2018-10-09T08:00:00Z'
  assert.equal(overdue([item(old, 'uploaded', { total: 2, sent: 2 })], NOW), null)
  assert.deepEqual(overdue([item(old, 'uploaded', { total: 2, sent: 1 })], NOW), { n: 1, days: 3, hard: true })
})

test('a clock that was put back makes nothing overdue', () => {
  assert.equal(overdue([item('2028-10-09T08:00:00Z')], NOW), null)
})
