import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { faultOf, maskedNumber, plainNumber, tidied } from '../../../webapp/static/js/rules/correction.js'

const cases = (name) => JSON.parse(readFileSync(new URL(`../../cases/edit/${name}.json`, import.meta.url), 'utf8'))

for (const { name, field, base, repeat, theirs = repeat[0].repeat(repeat[1]), good } of cases('fields')) {
  test(`phone and server judge alike: ${name}`, () => {
    assert.equal(faultOf(field, theirs, base) === null, good)
  })
}

for (const { written, number, masked } of cases('numbers')) {
  test(`phone and server read and mask the number "${written}" alike`, () => {
    assert.equal(plainNumber(written), number)
    assert.equal(maskedNumber(number), masked)
  })
}

test('what is made tidy here is tidy for the server', () => {
  assert.equal(tidied('　 一组5号\u0085 \n'), '一组5号')
})
