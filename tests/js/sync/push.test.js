import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { db } from '../../../webapp/static/js/store/db.js'
import { capture, outbox, worklist } from '../store/phone.js'
import { problem } from './fake-server.js'
import { faults, fieldWith, pushes, statuses, sync } from './field.js'

const PUSH = '/api/v1/sync/push'

test('what was kept is on the server with a receipt', async () => {
  const { server, homes } = await fieldWith(2)
  const { id } = await capture(homes[0], { note: '核桃树旁' })

  assert.equal(await sync(), null)

  assert.equal(server.captures.get(id).payload.note, '核桃树旁')
  assert.deepEqual(await statuses(), ['uploaded'])
  assert.match((await outbox()).items[0].receipt, new RegExp(`^ht1\\.${id}\\.`))
  assert.equal((await worklist()).find((row) => row.id === homes[0].id).state, 'uploaded')
})

test('F13 a lost reply and a second sending leave one record and the same receipt', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  faults(server, PUSH, 'drop_response')

  assert.equal((await sync()).kind, 'offline')
  assert.deepEqual(await statuses(), ['queued'])
  assert.equal(await sync(), null)

  assert.deepEqual([server.captures.size, await statuses()], [1, ['uploaded']])
})

test('F27 a request the network delivers twice makes one record', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  faults(server, PUSH, 'twice')

  await sync()

  assert.deepEqual([server.captures.size, await statuses()], [1, ['uploaded']])
})

test('F19 one refused operation among fifty stays with its reason and the others go', async () => {
  const { server, homes } = await fieldWith(50)
  for (const [index, home] of homes.entries()) await capture(home, { note: index === 20 ? 'poison' : '' })

  await sync()

  const { counts, items } = await outbox()
  assert.deepEqual([counts, server.captures.size], [{ queued: 0, attention: 1, photos: 0 }, 49])
  assert.deepEqual(items.find((item) => item.state === 'attention').problem, { code: 'invalid_payload', fields: ['payload.note'] })
  await sync()
  assert.deepEqual(pushes(server), [50], 'a refused operation is not sent again')
})

test('the same id with another content is a conflict for a person', async () => {
  const { server, homes } = await fieldWith(1)
  const { id } = await capture(homes[0])
  server.ops.set(`${id} other`, { id })

  await sync()

  assert.deepEqual([await statuses(), (await outbox()).items[0].problem.code], [['attention'], 'conflict'])
})

test('F18 a batch that is too large is halved until it fits', async () => {
  const { server, homes } = await fieldWith(40)
  server.limits.ops = 12
  for (const home of homes) await capture(home)

  await sync()

  assert.equal(server.captures.size, 40)
  assert.deepEqual(pushes(server), [40, 20, 10, 10, 20, 10, 10])
})

test('a single operation too large to carry asks for attention and the others go', async () => {
  const { server, homes } = await fieldWith(4)
  const { id } = await capture(homes[0])
  for (const home of homes.slice(1)) await capture(home)
  server.fault = ({ path, body }) => path === PUSH && body.ops.some((op) => op.id === id) ? problem(413, 'too_large') : undefined

  assert.equal(await sync(), null)

  assert.deepEqual(await statuses(), ['attention', 'uploaded', 'uploaded', 'uploaded'])
})

test('an operation the server cannot read keeps its place and holds up nobody', async () => {
  const { server, homes } = await fieldWith(9)
  const { id } = await capture(homes[0])
  for (const home of homes.slice(1)) await capture(home)
  server.fault = ({ path, body }) => path === PUSH && body.ops.some((op) => op.id === id) ? problem(400, 'bad_request') : undefined

  assert.equal(await sync(), null)

  assert.deepEqual((await outbox()).counts, { queued: 1, attention: 0, photos: 0 })
  assert.deepEqual((await db.outbox.get(id)).problem, { code: 'bad_request', fields: [] })
  await capture(homes[1])
  server.requests.length = 0
  await sync()
  assert.deepEqual(pushes(server), [1, 1], 'what failed alone before goes alone, after the others')
})

test('an operation the server stumbles over holds up nobody, now or next time', async () => {
  const { server, homes } = await fieldWith(50)
  for (const home of homes) await capture(home)
  const { id } = (await db.outbox.toArray()).find((op) => op.no === 18)
  server.fault = ({ path, body }) => path === PUSH && body.ops.some((op) => op.id === id) ? problem(500, 'internal') : undefined

  assert.equal(await sync(), null)

  assert.deepEqual([server.captures.size, (await outbox()).counts.queued], [49, 1])
})

test('a server that fails at everything is left alone after a few tries', async () => {
  const { server, homes } = await fieldWith(50)
  for (const home of homes) await capture(home)
  server.fault = ({ path }) => (path === PUSH ? problem(500, 'internal') : undefined)

  assert.equal((await sync()).kind, 'server')

  assert.ok(pushes(server).length <= 8)
  assert.deepEqual((await outbox()).counts.queued, 50)
})

test('a server that reads none of our batches is left alone after a few tries', async () => {
  const { server, homes } = await fieldWith(50)
  for (const home of homes) await capture(home)
  server.fault = ({ path }) => (path === PUSH ? problem(400, 'bad_request') : undefined)

  assert.equal((await sync()).kind, 'refused')

  assert.ok(pushes(server).length <= 8)
  assert.equal((await outbox()).counts.queued, 50)
})

test('what is kept while sending goes along', async () => {
  const { server, homes } = await fieldWith(2)
  await capture(homes[0])
  let kept = 1
  server.fault = async ({ path }) => {
    if (path === PUSH && kept++ === 1) await capture(homes[1])
  }

  await sync()

  assert.equal(server.captures.size, 2)
})

test('F16 a server that is down or busy keeps the queue and says how long to wait', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  faults(server, PUSH, problem(503, 'maintenance'), problem(429, 'slow_down', [], { 'Retry-After': '37' }), new Response('<h1>502</h1>', { status: 502 }))

  assert.equal((await sync()).kind, 'server')
  const busy = await sync()
  assert.deepEqual([busy.kind, busy.retryAfterS], ['slow_down', 37])
  assert.equal((await sync()).kind, 'server')
  assert.deepEqual(await statuses(), ['queued'])
})

test('progress counts the operations', async () => {
  const { homes } = await fieldWith(60)
  for (const home of homes) await capture(home)
  const seen = []

  await sync((change) => change.total !== undefined && seen.push([change.sent, change.total]))

  assert.deepEqual(seen, [[0, 60], [50, 60], [60, 60]])
})

test('ordinary captures cost less than 1.2 KB each on the wire', async () => {
  const { server, homes } = await fieldWith(50)
  const fixes = (seed) => Array.from({ length: 40 }, (_, i) => [i * 1000, 99.16 + Math.sin(i * seed) / 5e4, 25.12 + Math.cos(i * seed) / 5e4, 4 + (i % 7)])
  for (const [index, home] of homes.entries()) await capture(home, { fixes: fixes(index + 1) })

  await sync()

  const bytes = server.requests.filter(({ path }) => path === PUSH).reduce((sum, { raw }) => sum + raw.length, 0)
  assert.ok(bytes / 50 < 1200, `${bytes / 50} bytes each`)
})
