import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'

import { readPaperCode } from '../../../webapp/static/js/rules/paper-code.js'

const cases = JSON.parse(readFileSync(new URL('../../cases/paper/codes.json', import.meta.url), 'utf8'))

test('a square the server drew names its household', () => {
  for (const { text, household } of cases.printed) assert.deepEqual(readPaperCode(text), { kind: 'household', id: household })
})

test('one letter read wrongly is noticed', () => {
  const [{ text }] = cases.printed
  for (let at = 'HETU1:'.length; at < text.length; at += 1) {
    if (text[at] === '-' || text[at] === ':') continue
    const wrong = text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1)
    assert.deepEqual(readPaperCode(wrong), { kind: 'damaged' }, wrong)
  }
})

for (const kind of ['damaged', 'foreign', 'enrol']) {
  test(`a code that is ${kind} opens nothing and is called so`, () => {
    for (const text of cases[kind]) assert.deepEqual(readPaperCode(text), { kind }, text)
  })
}
