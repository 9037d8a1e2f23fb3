import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { holdKey } from '../../../webapp/static/js/store/data-key.js'
import { TASKS } from '../../../webapp/static/js/store/journal-tasks.js'
import { db } from '../../../webapp/static/js/store/db.js'
import { sessionFromJournal } from '../../../webapp/static/js/store/recover.js'
import { rescuePack } from '../../../webapp/static/js/store/pack.js'
import { tidyJournal } from '../../../webapp/static/js/store/tidy.js'
import { startAnew } from '../../../webapp/static/js/sync/anew.js'
import { bringPack, sendSealed } from '../../../webapp/static/js/sync/rescue.js'
import { phoneFiles } from '../store/fake-files.js'
import { aPhoto, capture, outbox } from '../store/phone.js'
import { problem } from './fake-server.js'
import { faults, fieldWith, statuses, sync } from './field.js'

const RESCUE = '/api/v1/rescue'
beforeEach(() => phoneFiles.reset())

const rescues = (server) => server.requests.filter(({ path }) => path === RESCUE)
const contents = async (server, pack) => server.safe.open(Buffer.from(await pack.blob.arrayBuffer()))

/** A phone with a record and a photo the server has not got. */
async function unsent(text = 'door') {
  const field = await fieldWith(2)
  const photo = await aPhoto(field.homes[0], text)
  const { id } = await capture(field.homes[0], { photos: [photo] })
  return { ...field, photo, id }
}

test('a pack holds what the server has not got, each record before its photos', async () => {
  const { server, homes, photo, id } = await unsent()
  const sent = await capture(homes[1])
  await sync()
  await db.outbox.update(id, { status: 'queued' })
  await db.photos.update(photo.sha256, { status: 'queued' })

  const pack = await rescuePack()

  assert.deepEqual([pack.records, pack.photos, pack.damaged, pack.left], [1, 1, 0, 0])
  const { ops, photos, headers } = await contents(server, pack)
  assert.deepEqual(headers.map(({ kind }) => kind), ['op', 'photo'])
  assert.deepEqual([ops[0].id, photos[0][0]], [id, photo.sha256])
  assert.notEqual(ops[0].id, sent.id)
})

test('records come oldest first, so that the newest of a household stays the newest', async () => {
  const { server, homes } = await fieldWith(1)
  const first = await capture(homes[0], {}, { now: new Date('2018-10-09T00:00:00Z') })
  const second = await capture(homes[0], {}, { now: new Date('2018-10-08T00:00:00Z') }) // the clock was put back

  assert.deepEqual((await contents(server, await rescuePack())).ops.map(({ id }) => id), [first.id, second.id])
})

test('without a journal the pack is sealed from the database', async () => {
  const { Worker } = globalThis
  delete globalThis.Worker
  try {
    const { server, photo, id } = await unsent()
    const { ops, photos } = await contents(server, await rescuePack())
    assert.deepEqual([ops[0].id, photos[0][0], photos[0][1].toString()], [id, photo.sha256, 'door'])
  } finally {
    globalThis.Worker = Worker
  }
})

test('with the database broken the pack is made of the journal', async () => {
  const { server, photo, id } = await unsent()
  db.close()
  try {
    const { ops, photos } = await contents(server, await rescuePack())
    assert.deepEqual([ops[0].id, photos[0][0]], [id, photo.sha256])
  } finally {
    await db.open()
  }
})

test('with the database broken the records go up sealed all the same', async () => {
  const { server, photo, id } = await unsent()
  db.close({ disableAutoOpen: true })
  try {
    const { ops, failure } = await sendSealed()
    assert.deepEqual([ops.length, failure, server.captures.has(id), server.blobs.has(photo.sha256)], [1, null, true, true])
    assert.deepEqual(Object.keys(rescues(server)[0].headers), ['Content-Type'])
  } finally {
    await db.open()
  }
})

test('a phone that never learnt the server\'s key says what it must leave behind', async () => {
  const { homes } = await fieldWith(1)
  await db.meta.update('session', { 'value.rescue': null })
  await capture(homes[0])

  const { records, left } = await rescuePack()

  assert.deepEqual([records, left], [0, 1])
})

test('sealed sending needs no sign-in, and its receipts count', async () => {
  const { server, device, photo, id } = await unsent()
  device.revoked = true

  const { ops, photos, failure } = await sendSealed()

  assert.equal(failure, null)
  assert.deepEqual([ops.length, photos.length, server.captures.has(id), server.blobs.has(photo.sha256)], [1, 1, true, true])
  assert.deepEqual((await outbox()).counts, { queued: 0, attention: 0, photos: 0 })
  assert.equal(rescues(server)[0].headers.Authorization, undefined)
})

/** The server's answer to a pack, told otherwise on the way. */
function retold(server, words) {
  const honest = server.rescue.bind(server)
  server.rescue = (raw) => {
    const response = honest(raw)
    return new Response(response.body.pipeThrough(new TransformStream({
      transform: (chunk, out) => out.enqueue(new TextEncoder().encode(words(new TextDecoder().decode(chunk)))),
    })), { status: 200, headers: response.headers })
  }
}

const forged = (text) => text.replaceAll(/(ht1|hb1)\.[^"]+/g, '$1.x.y.1.z')

test('a receipt that proves nothing marks nothing as uploaded', async () => {
  const { server } = await unsent()
  retold(server, forged)

  await sendSealed()

  assert.deepEqual((await outbox()).counts, { queued: 1, attention: 0, photos: 1 })
})

test('a pack cut off by the network goes on by itself the next time, and nothing doubles', async () => {
  const field = await fieldWith(3)
  for (const home of field.homes) await capture(home, { photos: [await aPhoto(home, home.id.repeat(40_000))] })
  const { blob } = await rescuePack()
  faults(field.server, RESCUE, undefined, 'drop_response')

  const first = await bringPack(blob)
  assert.deepEqual([first.failure.kind, first.ops.length], ['offline', 1])
  const again = await bringPack(blob)

  assert.equal(rescues(field.server).length, 2 + 3)
  assert.deepEqual(again.ops.map(({ verdict }) => verdict), ['duplicate', 'duplicate', 'accepted'])
  assert.deepEqual([field.server.captures.size, field.server.blobs.size], [3, 3])
})

test('a piece holds a record with all its photos, however large', async () => {
  const field = await fieldWith(1)
  const [home] = field.homes
  const photos = []
  for (const letter of ['a', 'b', 'c']) photos.push(await aPhoto(home, letter.repeat(700_000)))
  await capture(home, { photos })

  await bringPack((await rescuePack()).blob)

  assert.equal(rescues(field.server).length, 1)
})

test('what is no pack goes to the server by its first bytes only, which says what is wrong', async () => {
  const { server } = await fieldWith(1)

  const { failure } = await bringPack(new Blob(['x'.repeat(100_000)]))

  assert.equal(failure.problem.code, 'rescue_not_a_pack')
  assert.equal(rescues(server)[0].raw.length, 12)
})

test('a damaged record costs only itself', async () => {
  const { server, homes } = await unsent()
  await capture(homes[1])
  const bytes = new Uint8Array(await (await rescuePack()).blob.arrayBuffer())
  bytes[bytes.length - 5] ^= 1

  const { ops, unreadable } = await bringPack(new Blob([bytes]))

  assert.deepEqual([ops.length, unreadable, server.captures.size], [1, 1, 1])
})

test('recovered records go sealed under their own numbers before anything else', async () => {
  const { server, device, id } = await unsent()
  await tidyJournal()
  await db.delete()
  await db.open()
  await sessionFromJournal()
  device.revoked = true // the phone has to sign in anew

  assert.equal((await sync()).kind, 'paused')

  assert.equal(server.ops.size, 1)
  assert.equal([...device.seqs].join(), '1')
  assert.deepEqual(await statuses(), ['uploaded'])
  assert.equal(server.captures.has(id), true)
  server.requests.length = 0
  await sync()
  assert.equal(rescues(server).length, 0)
})

test('recovered records wait for a network like others', async () => {
  const { server } = await unsent()
  await db.meta.put({ key: 'sealed_first', value: true })
  server.fault = () => 'drop_request'
  await sync()
  server.fault = ({ path }) => (path === RESCUE ? problem(429, 'slow_down') : undefined)
  await sync()
  server.fault = () => undefined

  assert.equal(await sync(), null)

  assert.equal(await db.meta.get('sealed_first'), undefined)
})

test('a server whose disk is full gives no receipt and the phone waits (F35)', async () => {
  const { server } = await unsent()
  for (const [status, code] of [[507, 'storage_full'], [503, 'read_only']]) {
    faults(server, '/api/v1/sync/push', problem(status, code))
    const failure = await sync()
    assert.deepEqual([failure.kind, failure.problem.code], ['server', code])
    assert.deepEqual(await statuses(), ['queued'])
    assert.equal(server.requests.filter(({ path }) => path === '/api/v1/sync/push').length, 1) // no searching for a record to blame
    server.requests.length = 0
  }
  assert.equal(await sync(), null)
})

test('a phone too full to bring a record back goes on syncing, and brings it back when there is room', async () => {
  const { id } = await unsent()
  await tidyJournal()
  const lost = await db.outbox.get(id)
  await Promise.all([db.outbox.clear(), db.captures.clear(), db.photos.clear(), db.blobs.clear()])
  const full = () => { throw new DOMException('no space', 'QuotaExceededError') }
  db.captures.hook('creating', full)
  assert.equal(await sync(), null)
  assert.equal(await db.outbox.get(id), undefined)

  db.captures.hook('creating').unsubscribe(full)
  await sync()

  assert.equal((await db.outbox.get(id)).payload_sha256, lost.payload_sha256)
})

test('beginning anew clears nothing while the server has not taken everything, or its receipts prove nothing', async () => {
  for (const words of [(text) => text.replaceAll('"accepted"', '"refused"'), forged]) {
    const { server } = await unsent()
    retold(server, words)

    const began = await startAnew()

    assert.deepEqual([began.ok, began.reason], [false, 'left'])
    assert.equal((await outbox()).counts.queued + (await outbox()).counts.attention, 1)
    await phoneFiles.reset()
  }
})

test('a record the server holds as a conflict is there: the phone may begin anew', async () => {
  const { server } = await unsent()
  retold(server, (text) => text.replaceAll('"accepted"', '"conflict"'))

  assert.deepEqual(await startAnew(), { ok: true })
  assert.deepEqual([await db.outbox.count(), phoneFiles.names('')], [0, []])
})

test('without a private file system a forgotten secret still lets everything unsent go up', async () => {
  const { getDirectory } = navigator.storage
  delete navigator.storage.getDirectory
  try {
    const { server, photo, id } = await unsent()
    holdKey(null) // locked, and nobody knows the secret

    assert.deepEqual(await startAnew(), { ok: true })

    assert.deepEqual([server.captures.has(id), server.blobs.has(photo.sha256), await db.outbox.count()], [true, true, 0])
    assert.deepEqual(await TASKS.list(), [])
  } finally {
    navigator.storage.getDirectory = getDirectory
  }
})
