import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import canonicalize from 'canonicalize'

const cases = JSON.parse(readFileSync(new URL('../../cases/canonical/payloads.json', import.meta.url), 'utf8'))

for (const { name, value, canonical, sha256 } of cases) {
  test(`phone and server write ${name} alike`, () => {
    assert.equal(canonicalize(value), canonical)
    assert.equal(createHash('sha256').update(canonicalize(value)).digest('hex'), sha256)
  })
}
