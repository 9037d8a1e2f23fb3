import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { db } from '../../../webapp/static/js/store/db.js'
import { currentSession, saveSession } from '../../../webapp/static/js/store/session.js'
import { OTHER, capture } from '../store/phone.js'
import { faults, fieldWith, statuses, sync } from './field.js'

const PUSH = '/api/v1/sync/push'

test('F20 a 401 pauses, drops nothing, and the same person carries on', async () => {
  const { server, homes, session } = await fieldWith(2)
  await capture(homes[0])
  server.devices.clear()

  assert.deepEqual(await sync(), { kind: 'paused', problem: { code: 'unauthorized', fields: [] } })
  assert.deepEqual([(await currentSession()).status, await statuses()], ['paused', ['queued']])
  await capture(homes[1])
  server.requests.length = 0
  assert.equal((await sync()).kind, 'paused')
  assert.equal(server.requests.length, 0, 'a paused phone does not knock')

  const { device, ...again } = server.enrol(session.account)
  await saveSession(again)
  await sync()
  assert.deepEqual([server.captures.size, [...device.seqs]], [2, [1, 2]])
})

test('a revoked device pauses and says so', async () => {
  const { server, homes, device } = await fieldWith(1)
  await capture(homes[0])
  device.revoked = true

  assert.deepEqual(await sync(), { kind: 'paused', problem: { code: 'device_revoked', fields: [] } })
  assert.deepEqual([server.captures.size, await statuses()], [0, ['queued']])
})

test('F21 another account never sends the first one\'s records', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  const { device, ...other } = server.enrol(OTHER)
  // past the door that refuses this sign-in: as if it had been forced
  await db.meta.put({ key: 'session', value: { ...other, status: 'active', reason: null } })

  await sync()

  assert.deepEqual([server.captures.size, device.seqs.size, await statuses()], [0, 0, ['queued']])
})

test('what died on the wire is sent again', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  faults(server, PUSH, 'kill_after')
  sync() // never comes back: the page was killed while sending
  while (!server.captures.size) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(await statuses(), ['sending'])

  await sync()

  assert.deepEqual([server.captures.size, await statuses()], [1, ['uploaded']])
})
