import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import test from 'node:test'

import { mergeCatalogues } from '../../../webapp/static/js/app/catalogues.js'

const ROOT = new URL('../../../webapp/static/js/', import.meta.url)
const MESSAGES = new URL('app/messages/', ROOT)

const { zh, en } = mergeCatalogues(Object.fromEntries(
  readdirSync(MESSAGES).map((name) => [name, JSON.parse(readFileSync(new URL(name, MESSAGES), 'utf8'))]),
))
const flat = (tree, at = '') => Object.entries(tree).flatMap(([key, value]) =>
  typeof value === 'string' ? [[at + key, value]] : flat(value, `${at}${key}.`))
const zhTexts = new Map(flat(zh))
const enTexts = new Map(flat(en))

const sources = ['app/', 'forms/', 'pages/field/', 'widgets/'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: true })
    .filter((name) => /\.(vue|js)$/.test(name))
    .map((name) => ({ name: folder + name, text: readFileSync(new URL(folder + name, ROOT), 'utf8') })))

test('Chinese and English know the same keys', () => {
  assert.deepEqual([...zhTexts.keys()].sort(), [...enTexts.keys()].sort())
})

test('no message is empty', () => {
  const empty = [...flat(zh), ...flat(en)].filter(([, text]) => !text.trim())
  assert.deepEqual(empty, [])
})

test('both languages fill the same blanks', () => {
  const blanks = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join()
  const uneven = [...zhTexts].filter(([key, text]) => blanks(text) !== blanks(enTexts.get(key)))
  assert.deepEqual(uneven, [])
})

test('every key a page asks for exists', () => {
  const key = new RegExp(`'((?:${Object.keys(zh).join('|')})\\.[\\w.]+)'`, 'g')
  const asked = sources.flatMap(({ name, text }) => [...text.matchAll(key)].map(([, found]) => [name, found]))
  assert.ok(asked.length > 100)
  assert.deepEqual(asked.filter(([, found]) => !zhTexts.has(found)), [])
})

test('every family of keys a page builds from a code exists', () => {
  const asked = sources.flatMap(({ text }) => [...text.matchAll(/\bt\(\s*`([a-z_.]+\.)\$\{/g)].map(([, family]) => family))
  assert.ok(asked.length > 5)
  assert.deepEqual(asked.filter((family) => ![...zhTexts.keys()].some((key) => key.startsWith(family))), [])
})

test('every message is asked for somewhere', () => {
  const text = sources.map((source) => source.text).join('\n')
  const families = [...text.matchAll(/`([a-z_]+(?:\.[a-z_]+)*[._])\$\{/g)].map(([, family]) => family)
  const built = (key) => families.some((family) => key.startsWith(family) && !key.slice(family.length).includes('.'))
  assert.deepEqual([...zhTexts.keys()].filter((key) => !text.includes(`'${key}'`) && !built(key)), [])
})

test('no sentence hides in the code', () => {
  assert.deepEqual(sources.filter(({ text }) => /[\u3400-\u9fff\uff00-\uffef]/.test(text)).map(({ name }) => name), [])
})
