import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentOf, partsOf } from '../../../webapp/static/js/forms/fields/moments.js'

test('dates, times and both together are taken apart as they are written', () => {
  assert.deepEqual(partsOf('2018-10-08'), { date: '2018-10-08', time: '' })
  assert.deepEqual(partsOf('09:30:00.000+08:00'), { date: '', time: '09:30' })
  assert.deepEqual(partsOf('2018-10-08T09:30:00.000+08:00'), { date: '2018-10-08', time: '09:30' })
  assert.deepEqual(partsOf(''), { date: '', time: '' })
})

test('a moment says which hour of the world it is', () => {
  assert.equal(momentOf('2018-10-08', '09:30', -480), '2018-10-08T09:30:00.000+08:00')
  assert.equal(momentOf('2018-10-08', '09:30', 210), '2018-10-08T09:30:00.000-03:30')
})
