import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { db } from '../../../webapp/static/js/store/db.js'
import { readMeta, writeMeta } from '../../../webapp/static/js/store/meta.js'
import { currentSession, pauseSession } from '../../../webapp/static/js/store/session.js'
import { enrol, enrolWithCode } from '../../../webapp/static/js/sync/enrol.js'
import { CADRE, OTHER, aHousehold, aPhoto, capture, emptyPhone, everything, outbox } from '../store/phone.js'
import { FakeServer, json, problem } from './fake-server.js'
import { faults, statuses, sync } from './field.js'

const PASSWORD = { username: CADRE.username, password: 'secret', label: '红米' }
const PUSH = '/api/v1/sync/push'
const WIPED = '/api/v1/devices/wiped'

/** A phone that has signed in itself, so that it has a key. */
async function signedIn(count = 2) {
  const server = new FakeServer()
  server.addAccount(CADRE)
  server.addAccount(OTHER)
  const homes = Array.from({ length: count }, (_, index) => aHousehold({ number: String(index) }))
  homes.forEach((home) => server.addHousehold(home))
  globalThis.fetch = server.fetch
  traces.clear()
  await emptyPhone()
  assert.equal((await enrol(PASSWORD)).ok, true)
  server.requests.length = 0
  return { server, homes, device: deviceOf(server, (await currentSession()).token) }
}

const deviceOf = (server, token) => server.devices.get(token)
const traces = new Map()
globalThis.localStorage = {
  getItem: (name) => traces.get(name) ?? null, setItem: (name, value) => traces.set(name, value), removeItem: (name) => traces.delete(name),
}
const asked = (server, path) => server.requests.filter((request) => request.path === path)
const ageToken = async () => writeMeta('session', { ...(await currentSession()), token_at: new Date(Date.now() - 8 * 86_400_000).toISOString() })

test('every request says protocol and highest number, and is signed with a key that cannot be read out', async () => {
  const { server, homes } = await signedIn()
  await capture(homes[0], { photos: [await aPhoto(homes[0], 'door')] })

  assert.equal(await sync(), null)

  assert.deepEqual(server.requests.map(({ headers }) => [headers['X-Hetu-Client'], headers['X-Hetu-Seq']]), Array(4).fill(['2', '1']))
  assert.ok(server.requests.every(({ headers }) => headers['X-Hetu-Proof'].startsWith('v1.')))
  assert.deepEqual(asked(server, PUSH).map(({ headers }) => 'X-Hetu-Clock' in headers), [true])
  assert.equal((await readMeta('device_key')).privateKey.extractable, false)
})

test('another key than the one enrolled pauses and keeps everything', async () => {
  const { homes } = await signedIn()
  await capture(homes[0])
  await writeMeta('device_key', await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']))

  assert.equal((await sync()).kind, 'paused')

  assert.deepEqual(await statuses(), ['queued'])
})

test('F20 signing in again on the same phone is the same device and the numbers go on', async () => {
  const { server, homes, device } = await signedIn()
  await capture(homes[0])
  await sync()
  await capture(homes[1])
  device.revoked = true
  assert.equal((await sync()).kind, 'paused')

  assert.equal((await enrol(PASSWORD)).ok, true)
  assert.equal(await sync(), null)

  assert.deepEqual([(await currentSession()).deviceId, [...device.seqs]], [device.id, [1, 2]])
  assert.equal(server.captures.size, 2)
})

test('the token changes once a week, and a lost answer costs nothing', async () => {
  const { server, device } = await signedIn()
  const { token } = await currentSession()
  await sync()
  assert.equal(asked(server, '/api/v1/devices/token').length, 0)
  await ageToken()
  faults(server, '/api/v1/devices/token', 'drop_response')

  assert.equal(await sync(), null)
  assert.equal((await currentSession()).token, token)
  assert.equal(await sync(), null)
  const fresh = (await currentSession()).token
  assert.notEqual(fresh, token)
  assert.equal(await sync(), null)

  assert.deepEqual([deviceOf(server, fresh), deviceOf(server, token)], [device, undefined])
  assert.equal(asked(server, '/api/v1/devices/token').length, 2)
})

test('a refused token that another tab has replaced meanwhile pauses nothing', async () => {
  await signedIn()
  assert.equal(await pauseSession('unauthorized', 'hd1.older'), false)
  assert.equal((await currentSession()).status, 'active')
})

test('F36 records and photos a restored server has lost are offered again, once', async () => {
  const { server, homes } = await signedIn()
  const photo = await aPhoto(homes[1], 'door')
  await capture(homes[0])
  const { id } = await capture(homes[1], { photos: [photo] })
  await sync()
  server.forget([id], [photo.sha256])
  server.requests.length = 0

  await sync()
  assert.deepEqual(await statuses(), ['uploaded', 'queued'])
  assert.equal(await sync(), null)

  assert.deepEqual([server.captures.size, server.blobs.size, await statuses()], [2, 1, ['uploaded', 'uploaded']])
  assert.deepEqual(asked(server, PUSH).map(({ body }) => body.ops.map((op) => op.id)), [[id]])
  server.requests.length = 0
  await sync()
  assert.deepEqual(asked(server, PUSH), [])
})

test('F36 a photo the server waits for although we have its receipt is sent again', async () => {
  const { server, homes } = await signedIn()
  const photo = await aPhoto(homes[0], 'door')
  await capture(homes[0], { photos: [photo] })
  await sync()
  server.blobs.delete(photo.sha256)
  server.announce(homes[0].id)

  await sync()
  await sync()

  assert.ok(server.blobs.has(photo.sha256))
})

test('F36 a server that does not know the device at all gets all records once more', async () => {
  const { server, homes, device } = await signedIn()
  const { id } = await capture(homes[0])
  await sync()
  server.forget([id])
  for (const [token, owner] of server.devices) if (owner === device) server.devices.delete(token)
  assert.equal((await sync()).kind, 'paused')

  await enrol(PASSWORD)
  assert.equal(await sync(), null)

  const { deviceId } = await currentSession()
  assert.notEqual(deviceId, device.id)
  assert.deepEqual([server.captures.has(id), (await db.outbox.get(id)).device_seq], [true, 1])
})

test('F38 a copy of a phone loses nothing and gets an identity of its own, though answers are lost', async () => {
  const { server, homes, device } = await signedIn()
  const { id: other } = await capture(homes[1])
  // the other copy was quicker with the same number
  server.judge(device, { id: 'x', device_seq: 1, payload: { photos: [] }, payload_sha256: '', entity_id: homes[0].id })
  server.ops.set('x x', { id: 'x', device: device.id, seq: 1 })
  faults(server, '/api/v1/devices/renew', 'drop_response')

  assert.equal((await sync()).kind, 'offline')
  assert.ok(server.captures.has(other))
  assert.equal(await sync(), null)

  const { deviceId } = await currentSession()
  assert.notEqual(deviceId, device.id)
  assert.equal(new Set([...server.devices.values()].map(({ id }) => id)).size, 2, 'no third phone')
  await capture(homes[0])
  assert.equal(await sync(), null)
  assert.deepEqual([...deviceOf(server, (await currentSession()).token).seqs], [1])
})

test('F41 a phone ordered to clear itself sends everything first', async () => {
  const { server, homes, device } = await signedIn()
  const photo = await aPhoto(homes[0], 'door')
  await capture(homes[0], { photos: [photo] })
  device.wipe = 'after_upload'
  faults(server, PUSH, 'drop_request')
  assert.equal((await sync()).kind, 'offline')
  assert.deepEqual(await statuses(), ['queued'])

  assert.deepEqual(await sync(), { kind: 'wiped', problem: null })

  assert.deepEqual([server.captures.size, server.blobs.size, device.wiped], [1, 1, { unsent: 0 }])
  const left = await everything()
  assert.deepEqual(Object.entries(left).flatMap(([table, rows]) => rows.map((row) => [table, row.key])), [['meta', 'wiped']])
  assert.deepEqual([left.meta[0].value.token, traces.size], [null, 0])
})

test('F41 what the server could not take holds the clearing up', async () => {
  const { server, homes, device } = await signedIn()
  await capture(homes[0])
  device.wipe = 'after_upload'
  faults(server, PUSH, problem(413, 'too_large'))
  const told = []

  assert.equal(await sync((change) => told.push(change)), null)

  assert.deepEqual([await statuses(), told.some((change) => change.leaving)], [['attention'], true])
})

test('F41 a lost phone clears itself at once and says later what it held', async () => {
  const { server, homes, device } = await signedIn()
  await capture(homes[0])
  await capture(homes[1])
  device.wipe = 'at_once'
  faults(server, WIPED, 'drop_request')

  assert.equal((await sync()).kind, 'wiped')
  assert.equal(device.wiped, null)
  assert.deepEqual([await db.outbox.count(), await db.households.count(), await currentSession()], [0, 0, null])
  assert.equal((await sync()).kind, 'paused')

  assert.deepEqual([device.wiped, server.captures.size], [{ unsent: 2 }, 0])
  assert.equal(asked(server, WIPED).length, 2)
  await sync()
  assert.equal(asked(server, WIPED).length, 2, 'said once')
})

test('after a wipe somebody may sign in on the empty phone', async () => {
  const { device } = await signedIn()
  device.wipe = 'at_once'
  await sync()

  assert.equal((await enrol(PASSWORD)).ok, true)

  assert.equal(await sync(), null)
  assert.notEqual((await currentSession()).deviceId, device.id)
})

test('F37 a phone whose store was cleared says which numbers never arrived', async () => {
  const { server, homes, device } = await signedIn()
  await capture(homes[0])
  await capture(homes[1])
  faults(server, PUSH, problem(413, 'too_large'), problem(413, 'too_large'), problem(413, 'too_large'))
  await sync()
  await emptyPhone()

  const { lost } = await enrol(PASSWORD)

  assert.deepEqual(lost.map(({ device_id, label, missing, here }) => [device_id, label, missing, here]), [[device.id, '红米', [[1, 2]], true]])
  assert.deepEqual(await readMeta('lost'), lost)
})

test('F37 the numbers of another phone of the same person are not taken for ours', async () => {
  const { server } = await signedIn()
  const { device } = server.enrol(CADRE, { label: '备用机', stated: 3 })
  await emptyPhone()

  const { lost } = await enrol(PASSWORD)

  assert.deepEqual(lost.map(({ device_id, here }) => [device_id, here]), [[device.id, false]])
})

test('F09 a server that asks for a newer app loses nothing and is asked again later', async () => {
  const { server, homes } = await signedIn()
  await capture(homes[0])
  server.oldestClient = 3

  assert.equal((await sync()).kind, 'update')
  assert.deepEqual([await statuses(), (await currentSession()).status], [['queued'], 'active'])
  server.oldestClient = 2
  assert.equal(await sync(), null)

  assert.equal(server.captures.size, 1)
})

test('F09 an older server that says nothing of devices is understood', async () => {
  const { server, homes } = await signedIn()
  await ageToken()
  server.fault = ({ path }) => (path.includes('/devices/') ? problem(404, 'not_found') : undefined)
  const { pull } = server
  server.pull = async (...words) => {
    const { device: _, ...rest } = await pull.apply(server, words).json()
    return json(200, rest)
  }
  await capture(homes[0])

  assert.equal(await sync(), null)

  assert.deepEqual(await statuses(), ['uploaded'])
})

test('a code from the desk lets the phone in once', async () => {
  const { server } = await signedIn()
  await emptyPhone()
  server.codes.set('k7m3-x9qp-2abc', OTHER)

  assert.equal((await enrolWithCode({ code: 'k7m3-x9qp-2abc', label: '红米' })).ok, true)

  assert.equal((await currentSession()).account.username, OTHER.username)
  await emptyPhone()
  assert.equal((await enrolWithCode({ code: 'k7m3-x9qp-2abc', label: '红米' })).code, 'wrong_code')
})

test('F21 a code of another person does not open a phone with unsent work, and is not used up', async () => {
  const { server, homes } = await signedIn()
  await capture(homes[0])
  server.codes.set('c', OTHER)

  assert.deepEqual(await enrolWithCode({ code: 'c', label: '红米' }), { ok: false, reason: 'other_unsent', count: 1 })

  assert.deepEqual([server.codes.size, (await outbox()).counts.queued, (await currentSession()).account.username], [1, 1, CADRE.username])
})
