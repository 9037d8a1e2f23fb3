import { identity } from './identity.js'

const PATIENCE_MS = 60_000

/**
 * Every answer is one of these; nothing here throws for what a network or a server does.
 * `offline` no answer, `portal` an answer that is not from our server (log in to the network first),
 * `unauthorized`/`revoked` sign in again, `update` this app is too old for the server, `slow_down`, `too_large`, `server` try later, `refused` read the problem.
 * @typedef {{code: string, fields: string[]}} Problem
 * @typedef {{ok: true, status: number, data: any}} Answer
 * @typedef {{ok: false, kind: 'offline'|'portal'|'unauthorized'|'revoked'|'update'|'slow_down'|'too_large'|'server'|'refused',
 *   status: number, problem: Problem|null, retryAfterS: number, data: any}} Failure
 */

/**
 * @typedef {{label: string, public_key: string|null, device_id: string|null, token: string|null}} PhoneWords
 * @param {PhoneWords & {username: string, password: string}} words @returns {Promise<Answer|Failure>}
 */
export function enrolDevice(words) {
  return send('POST', '/api/v1/devices', { json: words })
}

/** @param {PhoneWords & {code: string, account_id: string|null}} words @returns {Promise<Answer|Failure>} */
export function enrolByCode(words) {
  return send('POST', '/api/v1/devices/enrol', { json: words })
}

/** A new token; the old one is good until this one is used. @returns {Promise<Answer|Failure>} */
export function rotateToken(token, publicKey) {
  return send('POST', '/api/v1/devices/token', { token, json: { public_key: publicKey } })
}

/** An identity apart from a copy of this phone. @returns {Promise<Answer|Failure>} */
export function renewDevice(token, publicKey) {
  return send('POST', '/api/v1/devices/renew', { token, json: { public_key: publicKey } })
}

/** @param {number} unsent what was cleared without having been sent @returns {Promise<Answer|Failure>} */
export function reportWiped(token, unsent) {
  return send('POST', '/api/v1/devices/wiped', { token, json: { unsent } })
}

/** @returns {Promise<Answer|Failure>} */
export function whoAmI(token) {
  return send('GET', '/api/v1/me', { token })
}

/** @returns {Promise<Answer|Failure>} */
export function pushOps(token, body) {
  return send('POST', '/api/v1/sync/push', { token, json: body, headers: clock(), gzip: true })
}

/** @returns {Promise<Answer|Failure>} */
export function pullChanges(token, cursor, limit) {
  return send('GET', `/api/v1/sync/pull?cursor=${encodeURIComponent(cursor)}&limit=${limit}`, { token, headers: clock() })
}

/** One household whole, as a pull sends it. @returns {Promise<Answer|Failure>} */
export function oneHousehold(token, id) {
  return send('GET', `/api/v1/households/${id}`, { token })
}

/** A questionnaire as it was published, as text: its hash is over every byte. @returns {Promise<{ok: true, text: string}|Failure>} */
export async function formText(token, { form, version }) {
  const path = `/api/v1/forms/${encodeURIComponent(form)}/${encodeURIComponent(version)}`
  const read = async (response) => (response.ok && isOurs(response) ? { ok: true, text: await response.text() } : answer(response))
  return (await reach(path, { headers: await identity(token, 'GET', path) }, read)) ?? failure('offline', 0)
}

const clock = () => ({ 'X-Hetu-Clock': new Date().toISOString() })

/** @returns {Promise<Answer|Failure>} */
export function blobOffset(token, sha256) {
  return send('GET', `/api/v1/blobs/${sha256}/offset`, { token })
}

/** @param {{sha256: string, bytes: ArrayBuffer, type: string}} photo @returns {Promise<Answer|Failure>} */
export function putChunk(token, { sha256, bytes, type }, start, end) {
  const range = `bytes ${start}-${end - 1}/${bytes.byteLength}`
  return send('PUT', `/api/v1/blobs/${sha256}`, {
    token, body: bytes.slice(start, end), headers: { 'Content-Type': type, 'Content-Range': range },
  })
}

/**
 * A rescue pack, or whole records of one; says nothing of this phone, whose database may be broken.
 * @param {ArrayBuffer} bytes @returns {Promise<Answer|Failure>}
 */
export function bringPiece(bytes) {
  return send('POST', '/api/v1/rescue', { body: bytes, headers: { 'Content-Type': 'application/octet-stream' }, anonymous: true })
}

/** The picture itself, at most 320 px wide, or null. @returns {Promise<Blob|null>} */
export async function blobThumb(token, sha256) {
  const path = `/api/v1/blobs/${sha256}?size=thumb`
  return reach(path, { headers: await identity(token, 'GET', path) }, (response) => {
    const isPicture = response.ok && response.headers.get('Content-Type')?.startsWith('image/')
    return isPicture ? response.blob() : null
  })
}

async function send(method, path, { token, json, body, headers, gzip, anonymous = false }) {
  const packed = json ? await pack(JSON.stringify(json), gzip) : { body }
  const said = { ...headers, ...packed.headers, ...(!anonymous && (await identity(token, method, path, packed.body))) }
  return (await reach(path, { method, body: packed.body, headers: said }, answer)) ?? failure('offline', 0)
}

async function pack(text, gzip) {
  const headers = { 'Content-Type': 'application/json' }
  if (!gzip || typeof CompressionStream === 'undefined') return { body: text, headers }
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return { body: await new Response(stream).arrayBuffer(), headers: { ...headers, 'Content-Encoding': 'gzip' } }
}

/**
 * Null when there was no answer, or one that broke off. Cookies stay at home and redirects are not
 * followed: both would only reach a portal.
 */
async function reach(path, options, read) {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
  const shared = { credentials: 'omit', cache: 'no-store', redirect: 'manual', signal: patience.signal }
  try {
    return await read(await fetch(path, { ...options, ...shared }))
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

const isOurs = ({ headers }) => headers.get('X-Hetu') === '1' && headers.get('Content-Type')?.startsWith('application/json')

async function answer(response) {
  const { status, headers } = response
  if (!isOurs(response)) return failure(isGateway(status) ? 'server' : 'portal', status)
  const data = await response.json()
  if (response.ok) return { ok: true, status, data }
  return failure(kindOf(status), status, data, Number(headers.get('Retry-After')) || 0)
}

/** Our own front door answers in HTML when the server behind it is down; 511 is a portal by definition. */
const isGateway = (status) => status >= 500 && status !== 511

function kindOf(status) {
  const kinds = { 401: 'unauthorized', 403: 'revoked', 413: 'too_large', 426: 'update', 429: 'slow_down' }
  return kinds[status] ?? (status >= 500 ? 'server' : 'refused')
}

function failure(kind, status, data = null, retryAfterS = 0) {
  return { ok: false, kind, status, problem: data?.problem ?? null, retryAfterS, data }
}
