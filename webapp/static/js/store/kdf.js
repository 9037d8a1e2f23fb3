import { unhex } from './ids.js'

/**
 * From what a person can remember to a key: argon2id, or PBKDF2 where the deployment or the browser wants it. How dear one
 * try is, the phone's own speed decides at the moment the secret is set; the floor holds for every phone.
 * @typedef {{name: 'argon2id', salt: string, memory_kib: number, passes: number}
 *   | {name: 'pbkdf2', salt: string, iterations: number}} Kdf salt in hex
 */
const KEY_BYTES = 32
const text = new TextEncoder()

/** @param {string} secret @param {Kdf} kdf @returns {Promise<Uint8Array>} */
export function derive(secret, kdf) {
  const bytes = text.encode(secret.normalize('NFKC')) // two keyboards may write one sign in two ways
  return kdf.name === 'argon2id' ? argon(bytes, kdf) : pbkdf2(bytes, kdf)
}

async function argon(password, { salt, memory_kib: memorySize, passes: iterations }) {
  const { argon2id } = await import('./argon2.js')
  return argon2id({ password, salt: unhex(salt), memorySize, iterations, parallelism: 1, hashLength: KEY_BYTES, outputType: 'binary' })
}

async function pbkdf2(password, { salt, iterations }) {
  const secret = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: unhex(salt), iterations }, secret, KEY_BYTES * 8)
  return new Uint8Array(bits)
}
