import { deviceKey, signed } from '../store/device-key.js'
import { sha256 } from '../store/ids.js'
import { highestSeq } from '../store/queue.js'

/** The protocol this app speaks, docs/protocol.md §0. */
const CLIENT = '2'

/**
 * What every request says of this phone: token, protocol, highest number taken, and a signature over the request itself.
 * @param {string|undefined} token none yet when signing in
 * @param {string|ArrayBuffer} [body] as it goes over the line
 * @returns {Promise<Record<string, string>>} headers
 */
export async function identity(token, method, path, body = '') {
  const [key, seq] = await Promise.all([deviceKey(), highestSeq()])
  return {
    'X-Hetu-Client': CLIENT,
    'X-Hetu-Seq': String(seq),
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(key && { 'X-Hetu-Proof': await proof(key, method, path, body) }),
  }
}

async function proof(key, method, path, body) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const ms = Date.now()
  return `v1.${ms}.${await signed(key, `${method}\n${path}\n${await sha256(bytes)}\n${ms}`)}`
}
