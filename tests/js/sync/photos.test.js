import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { db } from '../../../webapp/static/js/store/db.js'
import { retryOp } from '../../../webapp/static/js/store/queue.js'
import { household } from '../../../webapp/static/js/store/worklist.js'
import { aPhoto, capture, outbox } from '../store/phone.js'
import { json, portalPage, problem } from './fake-server.js'
import { faults, fieldWith, statuses, sync } from './field.js'

const BLOBS = '/api/v1/blobs'
const puts = (server) => server.requests.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['Content-Range'])

async function captureWithPhoto(bytes) {
  const field = await fieldWith(1)
  const photo = await aPhoto(field.homes[0], bytes)
  await capture(field.homes[0], { photos: [photo] })
  return { ...field, photo }
}

test('a photo follows its record and is marked only on its receipt', async () => {
  const { server, homes, photo } = await captureWithPhoto('door')

  assert.equal(await sync(), null)

  assert.equal(server.blobs.get(photo.sha256).toString(), 'door')
  assert.match((await db.photos.get(photo.sha256)).receipt, /^hb1\./)
  assert.deepEqual((await outbox()).items[0].photos, { total: 1, sent: 1 })
  assert.equal((await household(homes[0].id)).ledger[2].done, true)
})

test('a large photo goes in chunks of 256 KB', async () => {
  const { server, photo } = await captureWithPhoto('x'.repeat(600_000))

  await sync()

  assert.deepEqual(puts(server), ['bytes 0-262143/600000', 'bytes 262144-524287/600000', 'bytes 524288-599999/600000'])
  assert.equal(server.blobs.get(photo.sha256).length, 600_000)
})

test('F24 an upload cut at any byte goes on from there', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 262_143 }), fc.integer({ min: 1, max: 600_000 }), async (cut, size) => {
    const { server, photo } = await captureWithPhoto('y'.repeat(size))
    faults(server, BLOBS, { cut })

    assert.equal((await sync()).kind, 'offline')
    const sent = puts(server).length
    assert.equal(await sync(), null)

    assert.equal(server.blobs.get(photo.sha256).length, size)
    if (cut < size) assert.match(puts(server)[sent], new RegExp(`^bytes ${cut}-`))
  }), { numRuns: 12 })
})

test('a lost receipt is asked for again without sending the photo again', async () => {
  const { server, photo } = await captureWithPhoto('z'.repeat(50_000))
  faults(server, BLOBS, 'drop_response')

  await sync()
  assert.equal((await db.photos.get(photo.sha256)).status, 'queued')
  assert.equal(await sync(), null)

  assert.equal((await db.photos.get(photo.sha256)).status, 'uploaded')
  assert.equal(puts(server).at(-1), 'bytes 49999-49999/50000')
})

test('F25 a photo that arrived garbled is sent again from the start', async () => {
  const { server, photo } = await captureWithPhoto('door')
  server.parts.set(photo.sha256, Buffer.from('xx'))
  await db.photos.update(photo.sha256, { tried: true })

  assert.equal(await sync(), null)

  assert.equal(server.blobs.get(photo.sha256).toString(), 'door')
})

test('a photo garbled on the phone itself asks for attention and holds up no other', async () => {
  const { homes, photo } = await captureWithPhoto('door')
  const second = await aPhoto(homes[0], 'yard')
  await capture(homes[0], { photos: [second] })
  await db.blobs.update(photo.sha256, { bytes: new TextEncoder().encode('rood').buffer })

  assert.equal(await sync(), null)

  const rows = await db.photos.bulkGet([photo.sha256, second.sha256])
  assert.deepEqual(rows.map((row) => row.status), ['attention', 'uploaded'])
  assert.equal(rows[0].problem.code, 'hash_mismatch')
  const { items, counts } = await outbox()
  assert.deepEqual([counts.attention, items[1].state, items[1].problem.code], [1, 'attention', 'hash_mismatch'])
})

test('a refused photo can be offered again, and asks no more once the household is captured again', async () => {
  const { server, homes, photo } = await captureWithPhoto('door')
  faults(server, BLOBS, problem(400, 'bad_request'))
  await sync()
  const [{ id }] = (await outbox()).items
  const whole = server.fault

  server.fault = ({ path }) => (path.startsWith(BLOBS) ? problem(400, 'not_a_picture') : undefined)
  await retryOp(id)
  await sync()
  assert.equal((await outbox()).counts.attention, 1)
  server.fault = whole
  await capture(homes[0])
  await sync()

  assert.deepEqual((await outbox()).counts, { queued: 0, attention: 0, photos: 0 })
  assert.equal((await db.photos.get(photo.sha256)).status, 'superseded')
})

test('a photo that was too large for the way goes on asking, although the household is captured again', async () => {
  const { server, homes, photo } = await captureWithPhoto('door')
  faults(server, BLOBS, problem(413, 'too_large'))
  await sync()

  await capture(homes[0])

  assert.equal((await outbox()).counts.photos, 1)
  await retryOp((await db.outbox.toArray())[0].id)
  await sync()
  assert.ok(server.blobs.has(photo.sha256))
})

test('a photo too large for the way can be offered again, although its record was refused and another one has taken its place', async () => {
  const { server, homes } = await fieldWith(1)
  const photo = await aPhoto(homes[0], 'door')
  await capture(homes[0], { photos: [photo], note: 'poison' })
  faults(server, BLOBS, problem(413, 'too_large'))
  await sync()
  await capture(homes[0])
  await sync()

  const { items, counts } = await outbox()
  const asking = items.filter((item) => item.state === 'attention')
  assert.deepEqual([counts.attention, asking.map((item) => item.problem.code)], [1, ['too_large']])
  await retryOp(asking[0].id)
  await sync()

  assert.ok(server.blobs.has(photo.sha256))
  assert.deepEqual((await outbox()).counts, { queued: 0, attention: 0, photos: 0 })
})

test('a portal or a foreign receipt marks no photo as sent', async () => {
  const { server, photo } = await captureWithPhoto('door')
  const foreign = json(201, { sha256: photo.sha256, bytes: 4, receipt: `hb1.${'0'.repeat(64)}.4.1.s` })
  faults(server, BLOBS, portalPage(), json(200, { offset: 0, complete: false }), foreign)

  assert.equal((await sync()).kind, 'portal')
  assert.equal((await sync()).kind, 'portal')
  assert.equal((await db.photos.get(photo.sha256)).status, 'queued')
})

test('the same picture of two households is sent once and counts for both', async () => {
  const { server, homes } = await fieldWith(2)
  for (const home of homes) await capture(home, { photos: [await aPhoto(home, 'same')] })

  await sync()

  assert.equal(puts(server).length, 1)
  assert.deepEqual((await outbox()).items.map((item) => item.photos), [{ total: 1, sent: 1 }, { total: 1, sent: 1 }])
})

test('a photo of a refused record is sent all the same and the record can be offered again', async () => {
  const { server, homes } = await fieldWith(1)
  const photo = await aPhoto(homes[0], 'door')
  const { id } = await capture(homes[0], { photos: [photo] })
  const moved = server.households.get(homes[0].id)
  server.households.delete(homes[0].id)
  await sync()
  assert.deepEqual([await statuses(), server.blobs.size], [['attention'], 1])

  server.households.set(homes[0].id, moved)
  await retryOp(id)
  await sync()

  assert.deepEqual([await statuses(), server.captures.size], [['uploaded'], 1])
})

test('a photo in a draft is not sent', async () => {
  const { server, homes } = await fieldWith(1)
  await aPhoto(homes[0], 'not saved yet')

  await sync()

  assert.equal(puts(server).length, 0)
})
