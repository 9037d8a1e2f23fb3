import assert from 'node:assert/strict'
import test from 'node:test'
import { derive } from '../../../webapp/static/js/store/kdf.js'
import { chosenKdf } from '../../../webapp/static/js/store/kdf-choice.js'

const ARGON = '9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe'
const PBKDF2 = '8f801ad788a752d3a1ed283f0fb847e78a21ca6b873500f8f9c71f85ea465806'
const hex = (bytes) => Buffer.from(bytes).toString('hex')

test('argon2id and PBKDF2 give what others compute', async () => {
  const salt = Buffer.from('somesalt').toString('hex')
  // argon2-cffi: hash_secret_raw(b"password", b"somesalt", 2, 256, 1, 32, Type.ID)
  assert.equal(hex(await derive('password', { name: 'argon2id', salt, memory_kib: 256, passes: 2 })), ARGON)
  // hashlib.pbkdf2_hmac("sha256", b"password", b"somesalt", 1000, 32)
  assert.equal(hex(await derive('password', { name: 'pbkdf2', salt, iterations: 1000 })), PBKDF2)
})

test('however quick the phone, a try costs at least what is held to be the least', async () => {
  const argon = await chosenKdf('argon2id')
  assert.ok(argon.memory_kib >= 19 * 1024 && argon.passes >= 2, JSON.stringify(argon))
  const { iterations } = await chosenKdf('pbkdf2')
  assert.ok(iterations >= 600_000)
  assert.notEqual(argon.salt, (await chosenKdf('pbkdf2')).salt)
})

test('two keyboards that write one sign in two ways open the same vault', async () => {
  const kdf = { name: 'pbkdf2', salt: '00', iterations: 2 }
  assert.deepEqual(await derive('caf\u00e9 2468', kdf), await derive('cafe\u0301 2468', kdf))
})

test('a browser without WebAssembly derives with PBKDF2', async () => {
  const { WebAssembly } = globalThis
  delete globalThis.WebAssembly
  assert.equal((await chosenKdf('argon2id')).name, 'pbkdf2')
  globalThis.WebAssembly = WebAssembly
})
