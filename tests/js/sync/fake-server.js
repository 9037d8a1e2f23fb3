import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'
import { FakeEdits } from './fake-edits.js'
import { Safe } from './safe.js'

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
  /** held back on the way; they arrive after the next one that arrives */
  late = []
  safe = new Safe()
  edits = new FakeEdits(this)
  limits = { ops: 200, blobBytes: 8 << 20 }
  /** What goes wrong with this request: `drop_request`, `drop_response`, `twice`, `late`, `kill_before`, `kill_after`, `{cut: bytes}` or an answer. */
  fault = () => undefined
  /** Called when a request hangs for ever because the phone was killed. */
  onKill = () => {}

  addAccount(account, password = 'secret') {
    this.accounts.set(account.username, { ...account, password })
  }

  /** codes from the desk, by what they say */
  codes = new Map()
  oldestClient = 1

  enrol(account, fields = {}) {
    const device = {
      id: randomUUID(), account, seqs: new Set(), stated: 0, revoked: false, publicKey: null, wipe: null, wiped: null, mustRenew: false,
      label: '', agent: '', ...fields,
    }
    return { deviceId: device.id, token: this.giveToken(device), account, device }
  }

  giveToken(device) {
    const token = `hd1.${randomUUID()}`
    this.devices.set(token, device)
    return token
  }

  /** This token is the only one of its device from now on. */
  dropOthers(token) {
    const device = this.devices.get(token)
    for (const [other, owner] of this.devices) if (owner === device && other !== token) this.devices.delete(other)
  }

  addHousehold({ id, rev = 1, ...data }) {
    this.households.set(id, { id, rev, data })
    this.announce(id)
  }

  /** Texts of questionnaires by `<form>/<version>`. */
  forms = new Map()

  publish(data, text) {
    this.forms.set(`${data.form}/${data.version}`, text)
    this.feed.push({ kind: 'form', id: data.form, rev: this.forms.size, deleted: false, data })
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
    if (fault === 'late') return this.holdBack(request)
    if (fault?.cut !== undefined) request.raw = request.raw.subarray(0, fault.cut)
    const response = this.answer(request)
    this.late.splice(0).forEach((older) => this.answer(older))
    if (fault === 'twice') return this.answer(request)
    if (fault === 'kill_after') return this.hang()
    if (fault === 'drop_response' || fault?.cut !== undefined) throw new TypeError('network')
    return response
  }

  holdBack(request) {
    this.late.push(request)
    throw new TypeError('network')
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
    if (path === '/api/v1/devices') return this.signIn(request.body)
    if (path === '/api/v1/devices/enrol') return this.enrolByCode(request.body)
    if (path === '/api/v1/rescue') return this.rescue(request.raw)
    const token = headers.Authorization?.replace('Bearer ', '')
    const device = this.devices.get(token)
    if (!device) return problem(401, 'unauthorized')
    if (Number(headers['X-Hetu-Client'] ?? 1) < this.oldestClient) return problem(426, 'update_needed')
    if (path === '/api/v1/devices/wiped') return this.goodbye(device, request.body)
    if (device.wipe === 'at_once') return problem(403, 'device_lost')
    if (device.revoked) return problem(403, 'device_revoked')
    if (device.publicKey && !isSigned(device.publicKey, request)) return problem(401, 'unauthorized')
    this.dropOthers(token)
    device.stated = Number(headers['X-Hetu-Seq'])
    if (path === '/api/v1/devices/token') return json(200, { token: this.giveToken(device) })
    if (path === '/api/v1/devices/renew') return this.renew(device, request.body)
    if (path === '/api/v1/me') return this.me(device)
    if (path === '/api/v1/sync/push') return this.push(device, request.body)
    if (path.startsWith('/api/v1/sync/pull')) return this.pull(device, new URL(path, 'http://x').searchParams)
    if (path.startsWith('/api/v1/forms/')) return this.formText(path.slice('/api/v1/forms/'.length))
    const [, hash, rest] = /^\/api\/v1\/blobs\/([0-9a-f]{64})(\/offset)?$/.exec(path) ?? []
    if (hash && method === 'PUT') return this.put(hash, request)
    return rest ? this.offset(hash) : problem(404, 'not_found')
  }

  formText(key) {
    const text = this.forms.get(key)
    return text ? new Response(text, { headers: { 'Content-Type': 'application/json', 'X-Hetu': '1' } }) : problem(404, 'not_found')
  }

  signIn({ username, password, ...phone }) {
    const account = this.accounts.get(username)
    if (account?.password !== password) return problem(401, 'wrong_credentials')
    return this.letIn(account, phone)
  }

  enrolByCode({ code, account_id, ...phone }) {
    const account = this.codes.get(code)
    if (!account) return problem(401, 'wrong_code')
    if (account_id && account_id !== account.id) return problem(409, 'other_account')
    this.codes.delete(code)
    return this.letIn(account, phone)
  }

  letIn(account, { label, public_key, device_id }) {
    const all = [...new Set(this.devices.values())]
    const known = all.find((device) => device.id === device_id && device.account.id === account.id && device.publicKey === public_key)
    if (known) known.revoked = false
    const { deviceId, token, device } = known
      ? { deviceId: known.id, token: this.giveToken(known), device: known }
      : this.enrol(account, { publicKey: public_key, label })
    this.dropOthers(token)
    const earlier = all.filter((other) => other !== device && other.account.id === account.id && missing(other).length).map((other) => ({
      device_id: other.id, label: other.label, last_seen_at: now(), missing: missing(other), same_browser: true,
    }))
    return json(201, { device_id: deviceId, token, server_time: now(), last_seq: Math.max(0, ...device.seqs), earlier })
  }

  renew(device, { public_key }) {
    const all = [...new Set(this.devices.values())]
    const fresh = all.find((other) => other.publicKey === public_key) ?? this.enrol(device.account, { publicKey: public_key }).device
    Object.assign(device, { mustRenew: false, stated: Math.max(0, ...device.seqs) })
    return json(201, { device_id: fresh.id, token: this.giveToken(fresh), server_time: now() })
  }

  goodbye(device, { unsent }) {
    device.wiped ??= { unsent }
    device.revoked = true
    return json(200, { server_time: now() })
  }

  me({ id, account }) {
    const { username, name, grants } = account
    return json(200, { account_id: account.id, username, name, device_id: id, grants, server_time: now(), rescue: this.safe.given(id) })
  }

  /** Each record as one its own phone pushes. */
  rescue(raw) {
    if (!raw.toString('latin1').startsWith('HETURESCUE1\n')) return problem(400, 'rescue_not_a_pack')
    const { ops, photos, unreadable } = this.safe.open(raw)
    if (!ops.length) return problem(400, 'rescue_unreadable')
    const verdicts = ops.map((row) => {
      const device = [...this.devices.values()].find(({ id }) => id === row.device_id)
      return this.judge(device, { ...row, payload: JSON.parse(row.payload_json) })
    })
    const received = photos.map(([hash, bytes]) => {
      const verdict = this.blobs.has(hash) ? 'duplicate' : 'accepted'
      this.blobs.set(hash, bytes)
      return { sha256: hash, verdict, receipt: this.blobReceipt(hash).receipt, problem: null }
    })
    return json(200, { server_time: now(), ops: verdicts, photos: received, unreadable, foreign: 0, cut: false })
  }

  push(device, { device_id, ops }) {
    if (device_id !== device.id) return problem(400, 'bad_request', ['device_id'])
    if (ops.length > this.limits.ops) return problem(413, 'too_large')
    if (ops.some((op) => Object.keys(op).sort().join() !== OP_FIELDS.join())) return problem(400, 'bad_request')
    return json(200, { server_time: now(), verdicts: ops.map((op) => this.judge(device, op)) })
  }

  judge(device, op) {
    const holders = [...this.ops.values()].filter((other) => other.device === device.id && other.seq === op.device_seq)
    if (holders.some((other) => other.id !== op.id) && !this.captures.has(op.id)) device.mustRenew = true
    device.seqs.add(op.device_seq)
    const hash = sha256(canonicalize(op.payload))
    if (hash !== op.payload_sha256) return refusal(op, 'hash_mismatch')
    const known = this.ops.get(`${op.id} ${hash}`)
    if (known) return { ...wordsOf(known), verdict: known.verdict === 'conflict' ? 'conflict' : 'duplicate' }
    if ([...this.ops.values()].some((other) => other.id === op.id)) return { ...refusal(op, null), verdict: 'conflict', problem: null }
    if (!this.households.has(op.entity_id)) return refusal(op, 'not_found')
    if (op.payload.note === 'poison') return this.keepRefused(op)
    return this.keep(op, hash, device)
  }

  keepRefused(op) {
    this.refused.set(op.id, op)
    return refusal(op, 'invalid_payload', ['payload.note'])
  }

  keep(op, hash, device) {
    const waiting = op.kind === 'household.edit' ? this.edits.merge(op, device.account) : this.keepCapture(op, device)
    return this.verdict(op, hash, device, waiting)
  }

  keepCapture(op, { account }) {
    const home = this.households.get(op.entity_id)
    const { lon, lat, accuracy_m, source, exception, photos } = op.payload
    const capture = {
      id: op.id, lon, lat, accuracy_m, source, exception, taken_at: op.taken_at, received_at: now(), by: account.name, mine: true,
      state: 'received', photos: photos.map(({ sha256: photo, kind }) => ({ sha256: photo, kind, received: this.blobs.has(photo) })), review: null,
    }
    this.captures.set(op.id, { ...op, account })
    Object.assign(home, { rev: home.rev + 1, data: { ...home.data, state: exception ? 'excepted' : 'uploaded', capture } })
    this.announce(op.entity_id)
    return []
  }

  /** @param {string[]} waiting fields that wait for a person */
  verdict(op, hash, { id: device }, waiting) {
    const word = waiting.length
      ? { verdict: 'conflict', problem: { code: 'edit_conflict', fields: waiting } }
      : { verdict: 'accepted', problem: null }
    const { rev } = this.households.get(op.entity_id)
    const verdict = { id: op.id, receipt: `ht1.${op.id}.${hash}.1538964665.c2ln`, rev, ...word }
    this.ops.set(`${op.id} ${hash}`, { ...verdict, device, seq: op.device_seq })
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

  pull(device, query) {
    const from = Number(query.get('cursor') || 0)
    const to = Math.min(this.feed.length, from + Number(query.get('limit')))
    const told = { last_seq: Math.max(0, ...device.seqs), missing: missing(device), order: order(device) }
    return json(200, { cursor: String(to), more: to < this.feed.length, changes: this.feed.slice(from, to).filter(isFor(device.account)).map(this.asNow), device: told })
  }

  /** Whether a photo is here is said as it stands now. */
  asNow = (change) => {
    change.data?.capture?.photos.forEach((photo) => { photo.received = this.blobs.has(photo.sha256) })
    return change
  }

  /** An older copy was put back: these records and everything of these photos were never received. */
  forget(ids, photos = []) {
    for (const [key, { id, device, seq }] of this.ops) {
      if (!ids.includes(id)) continue
      this.ops.delete(key)
      this.captures.delete(id)
      for (const owner of this.devices.values()) if (owner.id === device) owner.seqs.delete(seq)
    }
    photos.forEach((hash) => this.blobs.delete(hash))
  }
}

const isFor = (account) => ({ onlyFor = account.id }) => onlyFor === account.id

const wordsOf = ({ device: _, seq: __, ...verdict }) => verdict

/** Numbers taken that never came, as ranges. */
function missing({ seqs, stated }) {
  const ranges = []
  for (let n = 1; n <= Math.max(stated, ...seqs); n += 1) {
    if (seqs.has(n)) continue
    if (ranges.at(-1)?.[1] === n - 1) ranges.at(-1)[1] = n
    else ranges.push([n, n])
  }
  return ranges
}

function order({ wipe, mustRenew }) {
  if (wipe === 'after_upload') return 'wipe'
  return mustRenew ? 'renew' : null
}

function isSigned(publicKey, { method, path, headers, raw }) {
  const [, ms, signature] = /^v1\.(\d+)\.([\w-]{86})$/.exec(headers['X-Hetu-Proof'] ?? '') ?? []
  const point = Buffer.from(publicKey, 'base64url')
  const key = createPublicKey({
    format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
  })
  const said = Buffer.from(`${method}\n${path}\n${sha256(raw)}\n${ms}`)
  return Boolean(signature) && verify('sha256', said, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
}

const refusal = (op, code, fields = []) => ({ id: op.id, verdict: 'refused', receipt: null, rev: null, problem: { code, fields } })

export function json(status, body, headers = {}) {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', 'X-Hetu': '1', ...headers } })
}

export const problem = (status, code, fields = [], headers = {}) => json(status, { problem: { code, fields } }, headers)

/** What a station's Wi-Fi answers to everything. */
export const portalPage = () => new Response('<html>请先登录网络</html>', { status: 200, headers: { 'Content-Type': 'text/html' } })
