import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { db } from '../../../webapp/static/js/store/db.js'
import { aPhoto, capture } from '../store/phone.js'
import { json, portalPage } from './fake-server.js'
import { faults, fieldWith, statuses, sync } from './field.js'

const PUSH = '/api/v1/sync/push'

test('the payload travels as the very text that was hashed', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0], { photos: [await aPhoto(homes[0], 'door')], note: '"引号"\n' })
  const [op] = await db.outbox.toArray()

  await sync()

  const { raw } = server.requests.find(({ path }) => path === PUSH)
  assert.ok(gunzipSync(raw).toString().includes(`"payload":${op.payload_json}`))
})

test('F14 a portal page with status 200 uploads nothing', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  faults(server, PUSH, portalPage())

  assert.equal((await sync()).kind, 'portal')

  assert.deepEqual(await statuses(), ['queued'])
})

test('an answer that looks like ours but lacks our header uploads nothing', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  server.fault = ({ path, body }) => {
    if (path !== PUSH) return undefined
    const { verdicts } = { verdicts: body.ops.map((op) => ({ id: op.id, verdict: 'accepted', receipt: `ht1.${op.id}.${op.payload_sha256}.1.s` })) }
    return new Response(JSON.stringify({ verdicts }), { headers: { 'Content-Type': 'application/json' } })
  }

  assert.equal((await sync()).kind, 'portal')
  assert.deepEqual(await statuses(), ['queued'])
})

test('a receipt for another record or another content proves nothing', async () => {
  const forgeries = [
    (op) => `ht1.${'0'.repeat(8)}-0000-7000-8000-000000000000.${op.payload_sha256}.1.s`,
    (op) => `ht1.${op.id}.${'0'.repeat(64)}.1.s`,
    () => null,
  ]
  for (const forge of forgeries) {
    const { server, homes } = await fieldWith(1)
    await capture(homes[0])
    server.fault = ({ path, body }) => path === PUSH
      ? json(200, { server_time: 'x', verdicts: body.ops.map((op) => ({ id: op.id, verdict: 'accepted', receipt: forge(op), rev: 2, problem: null })) })
      : undefined

    assert.notEqual(await sync(), null)
    assert.deepEqual(await statuses(), ['queued'])
  }
})

test('verdicts in another order and one missing are read by id', async () => {
  const { server, homes } = await fieldWith(3)
  for (const home of homes) await capture(home)
  server.fault = (request) => {
    if (request.path !== PUSH) return undefined
    const device = [...server.devices.values()][0]
    const verdicts = request.body.ops.map((op) => server.judge(device, op)).reverse().slice(0, 2)
    return json(200, { server_time: 'x', verdicts })
  }

  await sync()
  assert.deepEqual(await statuses(), ['queued', 'uploaded', 'uploaded'])
  server.fault = () => undefined
  await sync()
  assert.deepEqual(await statuses(), ['uploaded', 'uploaded', 'uploaded'])
})
