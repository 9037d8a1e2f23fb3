import { createHash, randomUUID } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const now = () => new Date().toISOString()
const OP_FIELDS = ['base_rev', 'device_seq', 'entity_id', 'id', 'kind', 'payload', 'payload_sha256', 'taken_at']

/** What docs/protocol.md says, in memory, with a place to put faults. */
export class FakeServer {
  accounts = new Map()
  devices = new Map()
  households = new Map()
  feed = []
  /** by `<id> <hash>`, as the server keys them */
  ops = new Map()
  captures = new Map()
  refused = new Map()
  blobs = new Map()
  parts = new Map()
  requests = []
  limits = { ops: 200, blobBytes: 8 << 20 }
  /** What goes wrong with this request: `drop_request`, `drop_response`, `twice`, `kill_before`, `kill_after`, `{cut: bytes}` or an answer. */
  fault = () => undefined
  /** Called when a request hangs for ever because the phone was killed. */
  onKill = () => {}

  addAccount(account, password = 'secret') {
    this.accounts.set(account.username, { ...account, password })
  }

  enrol(account) {
    const device = { id: randomUUID(), account, seqs: new Set(), revoked: false }
    const token = `hd1.${randomUUID()}`
    this.devices.set(token, device)
    return { deviceId: device.id, token, account, device }
  }

  addHousehold({ id, rev = 1, ...data }) {
    this.households.set(id, { id, rev, data })
    this.announce(id)
  }

  announce(id, deleted = false) {
    const { rev, data } = this.households.get(id)
    this.feed.push({ kind: 'household', id, rev, deleted, data: deleted ? null : structuredClone(data) })
  }

  /** The office looks at the newest capture of a household. */
  review(householdId, state, review) {
    const home = this.households.get(householdId)
    Object.assign(home.data.capture, { state, review })
    home.data.state = state
    home.rev += 1
    this.announce(householdId)
  }

  /** Stands in for the browser's fetch. */
  fetch = async (path, options = {}) => {
    const request = await this.open(path, options)
    const fault = await this.fault(request)
    if (fault instanceof Response) return fault
    if (fault === 'drop_request') throw new TypeError('network')
    if (fault === 'kill_before') return this.hang()
    if (fault?.cut !== undefined) request.raw = request.raw.subarray(0, fault.cut)
    const response = this.answer(request)
    if (fault === 'twice') return this.answer(request)
    if (fault === 'kill_after') return this.hang()
    if (fault === 'drop_response' || fault?.cut !== undefined) throw new TypeError('network')
    return response
  }

  hang() {
    this.onKill()
    return new Promise(() => {})
  }

  async open(path, { method = 'GET', headers = {}, body }) {
    const raw = Buffer.from(body instanceof ArrayBuffer ? body : (body ?? ''))
    const plain = headers['Content-Encoding'] === 'gzip' ? gunzipSync(raw) : raw
    const request = { method, path, headers, raw, body: headers['Content-Type'] === 'application/json' ? JSON.parse(plain) : null }
    this.requests.push(request)
    return request
  }

  answer(request) {
    const { method, path, headers } = request
    if (path === '/api/v1/devices') return this.newDevice(request.body)
    const device = this.devices.get(headers.Authorization?.replace('Bearer ', ''))
    if (!device) return problem(401, 'unauthorized')
    if (device.revoked) return problem(403, 'device_revoked')
    if (path === '/api/v1/me') return this.me(device)
    if (path === '/api/v1/sync/push') return this.push(device, request.body)
    if (path.startsWith('/api/v1/sync/pull')) return this.pull(new URL(path, 'http://x').searchParams)
    const [, hash, rest] = /^\/api\/v1\/blobs\/([0-9a-f]{64})(\/offset)?$/.exec(path) ?? []
    if (hash && method === 'PUT') return this.put(hash, request)
    return rest ? this.offset(hash) : problem(404, 'not_found')
  }

  newDevice({ username, password }) {
    const account = this.accounts.get(username)
    if (account?.password !== password) return problem(401, 'wrong_credentials')
    const { deviceId, token } = this.enrol(account)
    return json(201, { device_id: deviceId, token, server_time: now() })
  }

  me({ id, account }) {
    const { username, name, grants } = account
    return json(200, { account_id: account.id, username, name, device_id: id, grants, server_time: now() })
  }

  push(device, { device_id, ops }) {
    if (device_id !== device.id) return problem(400, 'bad_request', ['device_id'])
    if (ops.length > this.limits.ops) return problem(413, 'too_large')
    if (ops.some((op) => Object.keys(op).sort().join() !== OP_FIELDS.join())) return problem(400, 'bad_request')
    return json(200, { server_time: now(), verdicts: ops.map((op) => this.judge(device, op)) })
  }

  judge(device, op) {
    device.seqs.add(op.device_seq)
    const hash = sha256(canonicalize(op.payload))
    if (hash !== op.payload_sha256) return refusal(op, 'hash_mismatch')
    const known = this.ops.get(`${op.id} ${hash}`)
    if (known) return { ...known, verdict: 'duplicate' }
    if ([...this.ops.values()].some((other) => other.id === op.id)) return { ...refusal(op, null), verdict: 'conflict', problem: null }
    if (!this.households.has(op.entity_id)) return refusal(op, 'not_found')
    if (op.payload.note === 'poison') return this.keepRefused(op)
    return this.keep(op, hash, device.account)
  }

  keepRefused(op) {
    this.refused.set(op.id, op)
    return refusal(op, 'invalid_payload', ['payload.note'])
  }

  keep(op, hash, account) {
    const home = this.households.get(op.entity_id)
    const { lon, lat, accuracy_m, source, exception, photos } = op.payload
    const capture = {
      id: op.id, lon, lat, accuracy_m, source, exception, taken_at: op.taken_at, received_at: now(), by: account.name, mine: true,
      state: 'received', photos: photos.map(({ sha256: photo, kind }) => ({ sha256: photo, kind, received: this.blobs.has(photo) })), review: null,
    }
    this.captures.set(op.id, { ...op, account })
    Object.assign(home, { rev: home.rev + 1, data: { ...home.data, state: exception ? 'excepted' : 'uploaded', capture } })
    this.announce(op.entity_id)
    const verdict = { id: op.id, verdict: 'accepted', receipt: `ht1.${op.id}.${hash}.1538964665.c2ln`, rev: home.rev, problem: null }
    this.ops.set(`${op.id} ${hash}`, verdict)
    return verdict
  }

  put(hash, { headers, raw }) {
    if (this.blobs.has(hash)) return json(200, this.blobReceipt(hash))
    const part = this.parts.get(hash) ?? Buffer.alloc(0)
    const [, start, , total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['Content-Range'] ?? `bytes 0-${raw.length - 1}/${raw.length}`)
    if (Number(total) > this.limits.blobBytes) return problem(413, 'too_large')
    if (Number(start) !== part.length) return json(409, { problem: { code: 'wrong_offset', fields: [] }, offset: part.length })
    const grown = Buffer.concat([part, raw])
    this.parts.set(hash, grown)
    if (grown.length < Number(total)) return json(202, { offset: grown.length })
    this.parts.delete(hash)
    if (sha256(grown) !== hash) return json(422, { problem: { code: 'hash_mismatch', fields: [] }, offset: 0 })
    this.blobs.set(hash, grown)
    return json(201, this.blobReceipt(hash))
  }

  blobReceipt(hash) {
    const bytes = this.blobs.get(hash).length
    return { sha256: hash, bytes, receipt: `hb1.${hash}.${bytes}.1538964665.c2ln` }
  }

  offset(hash) {
    const complete = this.blobs.has(hash)
    return json(200, { offset: complete ? this.blobs.get(hash).length : (this.parts.get(hash)?.length ?? 0), complete })
  }

  pull(query) {
    const from = Number(query.get('cursor') || 0)
    const to = Math.min(this.feed.length, from + Number(query.get('limit')))
    return json(200, { cursor: String(to), more: to < this.feed.length, changes: this.feed.slice(from, to) })
  }
}

const refusal = (op, code, fields = []) => ({ id: op.id, verdict: 'refused', receipt: null, rev: null, problem: { code, fields } })

export function json(status, body, headers = {}) {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', 'X-Hetu': '1', ...headers } })
}

export const problem = (status, code, fields = [], headers = {}) => json(status, { problem: { code, fields } }, headers)

/** What a station's Wi-Fi answers to everything. */
export const portalPage = () => new Response('<html>请先登录网络</html>', { status: 200, headers: { 'Content-Type': 'text/html' } })
