import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'

import { classicEntry, mergedManifest } from '../../../webapp/static/js/classic-entry.js'

const ENTRY = { type: 'chunk', isEntry: true, imports: [], fileName: 'assets/phone-x.js' }
const LAZY = { type: 'chunk', isEntry: false, imports: ['assets/phone-x.js'], fileName: 'assets/map-x.js' }
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
  const other = { type: 'chunk', isEntry: false, imports: ['assets/third.js'], fileName: 'assets/other.js' }
  const needy = { ...ENTRY, imports: ['assets/other.js'] }
  assert.throws(() => classicEntry.renderChunk('', needy, {}, { chunks: { needy, other } }), /cannot import/)
})

test('what the bundler lays beside the entry because lazy chunks share it comes back into it', () => {
  const body = { type: 'chunk', isEntry: false, imports: [], fileName: 'assets/phone-b.js' }
  const entry = { ...ENTRY, imports: ['assets/phone-b.js'] }
  const lazy = { ...LAZY, imports: ['assets/phone-b.js'] }
  const render = (code, chunk) => classicEntry.renderChunk(code, chunk, {}, { chunks: { entry, body, lazy } })
  const bundle = {
    'assets/phone-x.js': { ...entry, code: render('import "./phone-b.js";', entry) },
    'assets/phone-b.js': { ...body, code: render('const made = 7\nexport { made as t };', body) },
    'assets/map-x.js': { ...lazy, code: `${render('import { t as seven } from "./phone-b.js";\nseven', lazy)}/* preloads ./phone-b.js */` },
  }
  classicEntry.generateBundle.handler({}, bundle)

  const page = { location: { href: '' } }
  runInNewContext(bundle['assets/phone-x.js'].code, page)
  assert.deepEqual(Object.keys(bundle), ['assets/phone-x.js', 'assets/map-x.js'])
  assert.equal(runInNewContext(bundle['assets/map-x.js'].code, page), 7)
  assert.doesNotMatch(bundle['assets/map-x.js'].code, /phone-b/)
})

test('the manifest knows one entry, with the styles of both', () => {
  const manifest = {
    '_b.js': { file: 'assets/b.js', css: ['b.css'], dynamicImports: ['map.vue'] },
    'main.js': { file: 'assets/x.js', isEntry: true, imports: ['_b.js'] },
    'map.vue': { file: 'assets/map.js', imports: ['_b.js', '_view.js'] },
  }
  assert.deepEqual(mergedManifest(manifest, 'assets/x.js', 'assets/b.js'), {
    'main.js': { file: 'assets/x.js', isEntry: true, css: ['b.css'], dynamicImports: ['map.vue'] },
    'map.vue': { file: 'assets/map.js', imports: ['main.js', '_view.js'] },
  })
})
