import assert from 'node:assert/strict'
import test from 'node:test'

import { groupsOf, matches, nextOpen, ofGroup, progress, shownRows } from '../../../webapp/static/js/pages/field/tasks/filter.js'

const row = (number, state, more = {}) => ({
  id: `h${number}`, number, head: '张国强', pinyin: 'zhangguoqiang', initials: 'zgq', state,
  area: '53050200500101', community: '530502005001', group_name: '第一居民小组', ...more,
})
const everything = { query: '', state: null, distanceOf: null }

test('a household answers to its name, its pinyin, its initials and a part of its number', () => {
  const household = row('00101012', 'missing')
  for (const query of ['国强', 'ZhangG', 'zgq', '1012', '  zgq ']) assert.ok(matches(household, query), query)
  for (const query of ['李', 'lgq', '9999']) assert.ok(!matches(household, query), query)
})

test('returned and refused households come first, the rest by number as a person counts', () => {
  const rows = [row('10', 'missing'), row('2', 'accepted'), row('9', 'returned'), row('11', 'on_phone', { attention: true })]
  assert.deepEqual(shownRows(rows, everything).map(({ number }) => number), ['9', '11', '2', '10'])
})

test('sorting by distance puts those without a position last, by number', () => {
  const metres = { 1: 300, 2: 20, 3: null, 4: null }
  const rows = [row('4', 'missing'), row('3', 'missing'), row('1', 'missing'), row('2', 'missing')]
  const shown = shownRows(rows, { ...everything, distanceOf: ({ number }) => metres[number] })
  assert.deepEqual(shown.map(({ number }) => number), ['2', '1', '3', '4'])
})

test('narrowing never reorders or empties the list it was given', () => {
  const rows = [row('2', 'missing'), row('1', 'returned')]
  shownRows(rows, { ...everything, state: 'missing' })
  assert.deepEqual(rows.map(({ number }) => number), ['2', '1'])
})

test('an exception is work done, a returned one is not', () => {
  const rows = ['missing', 'on_phone', 'uploaded', 'accepted', 'returned', 'excepted'].map((state, i) => row(String(i), state))
  assert.deepEqual([progress(rows).done, progress(rows).total], [4, 6])
  assert.equal(progress(rows).byState.returned, 1)
})

test('the progress of a group counts only that group', () => {
  const rows = [row('1', 'accepted'), row('2', 'missing'), row('3', 'missing', { area: '53050200500102', group_name: '第二居民小组' })]
  assert.deepEqual(groupsOf(rows).map(({ name, done, total }) => [name, done, total]), [['第一居民小组', 1, 2], ['第二居民小组', 0, 1]])
  assert.equal(ofGroup(rows, '53050200500102').length, 1)
})

test('the next household is the nearest open one of the same group', () => {
  const metres = { 2: 90, 3: 30, 4: 5, 5: 1 }
  const other = { area: '53050200500102' }
  const rows = [row('1', 'on_phone'), row('2', 'missing'), row('3', 'returned'), row('4', 'missing', other), row('5', 'accepted')]
  const next = nextOpen(rows, { id: 'h1', area: '53050200500101' }, ({ number }) => metres[number])
  assert.equal(next.number, '3')
})

test('with the group finished the next household comes from another, and none is left in the end', () => {
  const rows = [row('1', 'on_phone'), row('4', 'missing', { area: '53050200500102' })]
  assert.equal(nextOpen(rows, { id: 'h1', area: '53050200500101' }, () => null).number, '4')
  assert.equal(nextOpen(rows.slice(0, 1), { id: 'h1', area: '53050200500101' }, () => null), null)
})
