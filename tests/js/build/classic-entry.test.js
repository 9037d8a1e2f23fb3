import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'

import { classicEntry } from '../../../webapp/static/js/classic-entry.js'

const ENTRY = { isEntry: true, imports: [], fileName: 'assets/phone-x.js' }
const LAZY = { isEntry: false, imports: ['assets/phone-x.js'], fileName: 'assets/map-x.js' }
const chunks = { a: ENTRY, b: LAZY }
const rendered = (code, chunk) => classicEntry.renderChunk(code, chunk, {}, { chunks })

test('the entry runs as a classic script, and strictly', () => {
  const bundle = { phone: { ...ENTRY, code: rendered('const made = () => import.meta.url\nthrown = 1\nexport { made as t, made }', ENTRY) } }
  classicEntry.generateBundle.handler({}, bundle)

  assert.throws(() => runInNewContext(bundle.phone.code, { location: { href: '' } }), /thrown is not defined/)
})

test('a lazy chunk takes from the entry what it shares with it, and imports the rest', () => {
  const page = { location: { href: 'https://hetu.example/app/' } }
  runInNewContext(rendered('const where = () => import.meta.url, $b = 2\nexport { where as t, $b };\n', ENTRY), page)
  const lazy = rendered('import { t as where, $b } from "./phone-x.js";\nimport { c } from "./view.js";\nwhere() + $b', LAZY)

  assert.match(lazy, /^import \{ c \} from "\.\/view\.js"/m)
  assert.equal(runInNewContext(lazy.replace(/^import.*$/m, ''), page), 'https://hetu.example/app/2')
})

test('an entry that would need other scripts is not built', () => {
  assert.throws(() => rendered('', { ...ENTRY, imports: ['assets/other.js'] }), /cannot import/)
})
