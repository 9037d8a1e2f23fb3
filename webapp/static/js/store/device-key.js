import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' }

/** This phone's own key; its private half cannot be read out, not even by us. @returns {Promise<CryptoKeyPair|null>} */
export const deviceKey = async () => (await readMeta('device_key')) ?? null

/** The key there is, or a new one. Null in an old browser that cannot keep one: the server then trusts the token alone. */
export async function ensureDeviceKey() {
  const held = await deviceKey()
  if (held) return held
  return newKey('device_key')
}

/** A key for an identity that is being asked for; kept first, so that a lost answer can be asked for again. */
export const ensureNextKey = async () => (await readMeta('next_key')) ?? newKey('next_key')

async function newKey(name) {
  try {
    const made = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
    return await db.transaction('rw', db.meta, async () => {
      const held = await readMeta(name) // another tab may have been quicker
      if (!held) await writeMeta(name, made)
      return held ?? made
    })
  } catch (error) {
    if (['DataCloneError', 'NotSupportedError'].includes(error.name)) return null
    throw error
  }
}

/** Inside a transaction: the identity asked for is now ours. */
export async function adoptNextKey() {
  await writeMeta('device_key', await readMeta('next_key'))
  await db.meta.delete('next_key')
}

/** The public half as the server takes it. @param {CryptoKeyPair|null} pair */
export async function publicText(pair) {
  return pair && base64url(await crypto.subtle.exportKey('raw', pair.publicKey))
}

/** @param {CryptoKeyPair} pair @param {string} text */
export async function signed(pair, text) {
  return base64url(await crypto.subtle.sign(SIGNATURE, pair.privateKey, new TextEncoder().encode(text)))
}

const base64url = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
