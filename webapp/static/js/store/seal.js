/**
 * Sealing, as docs/protocol.md §6 says it byte for byte. A sealed thing is u32 length, header (JSON), u32 length, bytes: as
 * it lies in the journal, so it travels in a rescue pack. Knows no database: the journal's worker and the page both use it.
 */
const NONCE_BYTES = 12
const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const text = new TextEncoder()

/** What /me lends a phone to seal with. @typedef {{key_id: string, public_key: string, secret: string}} ServerKey */

/**
 * @param {{kind: string, id: string}} plain goes into the header, with whatever else the phone wants to read without opening
 * @param {BufferSource} bytes
 * @param {{server?: ServerKey|null, phoneKey?: Uint8Array|null}} keys who may open it
 * @returns {Promise<Uint8Array>}
 */
export async function seal(plain, bytes, { server = null, phoneKey = null }) {
  const bound = text.encode(`${plain.kind}|${plain.id}`)
  const contentKey = crypto.getRandomValues(new Uint8Array(32))
  const header = {
    v: 1, ...plain,
    server: server && (await wrapForServer(contentKey, server, bound)),
    phone: phoneKey && base64url(await encrypt(phoneKey, contentKey, bound)),
  }
  return joined(text.encode(JSON.stringify(header)), await encrypt(contentKey, bytes, bound))
}

/** @param {object} header @param {BufferSource} body @returns {Promise<ArrayBuffer>} rejects when the key does not fit */
export async function unseal(header, body, phoneKey) {
  const bound = text.encode(`${header.kind}|${header.id}`)
  return decrypt(await decrypt(phoneKey, unbase64url(header.phone), bound), body, bound)
}

/**
 * One sealed thing at the start of a file, without its bytes.
 * @param {Blob} file
 * @returns {Promise<{header: object, body: Blob, size: number}|null>} null when it is not whole
 */
export async function readSealed(file) {
  const head = await part(file, 0)
  const body = head && (await part(file, 4 + head.size))
  if (!body) return null
  try {
    return { header: JSON.parse(await head.text()), body, size: 8 + head.size + body.size }
  } catch {
    return null
  }
}

/** Four bytes of length and as many bytes as they say. @returns {Promise<Blob|null>} */
async function part(file, at) {
  const said = await file.slice(at, at + 4).arrayBuffer()
  if (said.byteLength < 4) return null
  const size = new DataView(said).getUint32(0)
  return at + 4 + size > file.size ? null : file.slice(at + 4, at + 4 + size)
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    new DataView(whole.buffer).setUint32(at, part.byteLength)
    whole.set(part, at + 4)
    at += 4 + part.byteLength
  }
  return whole
}

async function wrapForServer(contentKey, { key_id, public_key }, bound) {
  const theirs = unbase64url(public_key)
  const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits'])
  const epk = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey))
  const peer = await crypto.subtle.importKey('raw', theirs, CURVE, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: peer }, own.privateKey, 256)
  const key = await wrappingKey(shared, new Uint8Array([...epk, ...theirs]))
  return { key_id, epk: base64url(epk), key: base64url(await encrypt(key, contentKey, bound)) }
}

async function wrappingKey(shared, salt) {
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits'])
  return crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info: text.encode('hetu rescue 1') }, secret, 256)
}

async function encrypt(key, bytes, bound) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound }, await aes(key, 'encrypt'), bytes)
  const whole = new Uint8Array(NONCE_BYTES + sealed.byteLength)
  whole.set(iv)
  whole.set(new Uint8Array(sealed), NONCE_BYTES)
  return whole
}

async function decrypt(key, sealed, bound) {
  const bytes = new Uint8Array(sealed)
  const how = { name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES), additionalData: bound }
  return crypto.subtle.decrypt(how, await aes(key, 'decrypt'), bytes.subarray(NONCE_BYTES))
}

const aes = (key, use) => crypto.subtle.importKey('raw', key, 'AES-GCM', false, [use])

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function unbase64url(words) {
  return Uint8Array.from(atob(words.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0))
}
