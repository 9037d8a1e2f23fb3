import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DOMParser } from '@xmldom/xmldom'
import { knownOf } from '../../../webapp/static/js/forms/known.js'
import { elements, marksOf, primaryRoot } from '../../../webapp/static/js/forms/marks.js'
import { prefill } from '../../../webapp/static/js/forms/prefill.js'

const XML = readFileSync(new URL('../../cases/forms/every_kind.xml', import.meta.url), 'utf8')
const KEYS = { household: 'h-1', base_rev: '3', year: '2018' }
const last = {
  year: 2017, household_year: { household_attribute: '04', other_causes: '01 03', wage_income: 12000, farmland_mu: 3.5, member_count: 2 },
  members: [
    { id: 'm-1', no: 1, member: { name: '张三' }, member_year: { has_medical_ins: false, work_months: 0 } },
    { id: 'm-2', no: 2, member: { name: '张小妹' }, member_year: { has_medical_ins: true, student_status: '04' } },
  ],
  helpers: [{ id: 'p-1', no: 1, helper_name: '李干部', org_name: '水管站' }], measures: [],
}

function filled(facts, keys = KEYS) {
  const form = new DOMParser().parseFromString(XML, 'text/xml')
  prefill(form, knownOf(facts), keys)
  return primaryRoot(form)
}

/** An instance as plain data, rows of a repeat as a list. */
function plain(element) {
  const children = elements(element).filter((child) => !child.hasAttributeNS('http://openrosa.org/javarosa', 'template'))
  if (!elements(element).length) return element.textContent
  const names = [...new Set(children.map((child) => child.localName))]
  const all = (name) => children.filter((child) => child.localName === name).map(plain)
  return Object.fromEntries(names.map((name) => [name, ['member', 'helper'].includes(name) ? all(name) : all(name)[0]]))
}

test('a form begins with the keys, last year\'s answers and a row for every member', () => {
  const { household, base_rev, year, basic, income, living, helpers } = plain(filled({ household: { head_name: '张三' }, family: { last, this: null } }))

  assert.deepEqual([household, base_rev, year], ['h-1', '3', '2018'])
  assert.deepEqual([basic.head_name, basic.attribute, basic.causes, income.wage_income, living.farmland_mu], ['张三', '04', '01 03', '12000', '3.5'])
  assert.deepEqual(basic.members.member, [
    { member_id: 'm-1', name: '张三', at_school: '0', student_status: '', work_months: '0' },
    { member_id: 'm-2', name: '张小妹', at_school: '1', student_status: '04', work_months: '' },
  ])
  assert.deepEqual(helpers.helper, [{ row_id: 'p-1', helper_name: '李干部', org_name: '水管站' }])
})

test('what this year says goes before last year, field by field and row by row', () => {
  const now = { year: 2018, household_year: { wage_income: 15000, farmland_mu: null }, members: [{ id: 'm-1', no: 1, member: { name: '张三' }, member_year: null }], helpers: [], measures: [] }
  const { basic, income, living, helpers } = plain(filled({ family: { last, this: now } }))

  assert.deepEqual([income.wage_income, living.farmland_mu], ['15000', '3.5'])
  assert.deepEqual(basic.members.member.map((row) => [row.member_id, row.at_school]), [['m-1', '0']])
  assert.equal(helpers.helper.length, 1)
})

test('of a sealed number nothing is filled in, and its mask is known beside it', () => {
  const facts = { household: { phone_masked: '138****5678' } }
  assert.equal(plain(filled(facts)).basic.phone, '')
  assert.equal(knownOf(facts).mask('household.phone'), '138****5678')
})

test('a household nobody knows anything of gets an empty form and no rows', () => {
  const { basic, income, helpers } = plain(filled({ family: null }))
  assert.deepEqual([basic.attribute, income.wage_income, basic.members, helpers], ['', '', '', ''].map((_, index) => (index < 2 ? '' : {})))
})

test('what the form makes itself is left to it', () => {
  const xml = XML.replace('nodeset="/data/income/gross_shown"', 'nodeset="/data/income/gross_shown" hetu:save="household_year.wage_income"')
  const form = new DOMParser().parseFromString(xml, 'text/xml')
  prefill(form, knownOf({ family: { last, this: null } }), KEYS)
  assert.equal(plain(primaryRoot(form)).income.gross_shown, '')
})

test('the marks of a form say what is saved, shown and confirmed one by one', () => {
  const marks = marksOf(new DOMParser().parseFromString(XML, 'text/xml'))
  assert.deepEqual(marks.get('/data/income/wage_income'), { save: 'household_year.wage_income', confirm: 'each', show: null, isMade: false })
  assert.equal(marks.get('/data/basic/head_name').show, 'household.head_name')
  assert.equal(marks.get('/data/income/gross').isMade, true)
})
