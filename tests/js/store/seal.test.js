import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readSealed, seal, unseal } from '../../../webapp/static/js/store/seal.js'

const vector = JSON.parse(readFileSync(new URL('../../cases/rescue/sealed.json', import.meta.url), 'utf8'))
const phoneKey = new Uint8Array(Buffer.from(vector.phone_key, 'base64'))
const bytes = (words) => new TextEncoder().encode(words)
const words = (buffer) => new TextDecoder().decode(buffer)

test('what the server opens by the shared vector opens here too', async () => {
  const pack = new Blob([Buffer.from(vector.pack, 'base64')])
  const found = []
  for (let at = 12, thing; at < pack.size; at += thing.size) {
    thing = await readSealed(pack.slice(at))
    found.push([[thing.header.kind, thing.header.id], words(await unseal(thing.header, await thing.body.arrayBuffer(), phoneKey))])
  }
  assert.deepEqual(found.map(([ids]) => ids), vector.ids)
  assert.deepEqual(found.map(([, plain]) => plain), vector.plain)
})

test('nothing of a record can be read without a key, and two copies look nothing alike', async () => {
  const plain = { kind: 'op', id: 'x' }
  const [first, second] = await Promise.all([1, 2].map(() => seal(plain, bytes('张三在家'), { phoneKey })))

  assert.equal(Buffer.from(first).includes('张三'), false)
  assert.notDeepEqual(first, second)
})

test('another key, another id or one changed bit opens nothing', async () => {
  const { header, body } = await readSealed(new Blob([await seal({ kind: 'op', id: 'x' }, bytes('record'), { phoneKey })]))
  const sealed = new Uint8Array(await body.arrayBuffer())
  const flipped = sealed.map((byte, index) => (index === 20 ? byte ^ 1 : byte))

  await assert.rejects(unseal(header, sealed, new Uint8Array(32)))
  await assert.rejects(unseal({ ...header, id: 'y' }, sealed, phoneKey))
  await assert.rejects(unseal(header, flipped, phoneKey))
})

test('a thing cut anywhere is not taken for a whole one', async () => {
  const whole = new Blob([await seal({ kind: 'op', id: 'x' }, bytes('record'), { phoneKey })])
  for (let size = 0; size < whole.size; size += 1) assert.equal(await readSealed(whole.slice(0, size)), null, String(size))
  assert.equal((await readSealed(whole)).size, whole.size)
})
