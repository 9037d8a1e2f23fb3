import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import canonicalize from 'canonicalize'
import { db } from '../../../webapp/static/js/store/db.js'
import { listDrafts, loadDraft, saveDraft } from '../../../webapp/static/js/store/drafts.js'
import { dropPhoto } from '../../../webapp/static/js/store/photos.js'
import { pauseSession } from '../../../webapp/static/js/store/session.js'
import { household } from '../../../webapp/static/js/store/worklist.js'
import { aHousehold, aPhoto, capture, draftKey, everything, outbox, phoneWith, withFullDisk, worklist } from './phone.js'

test('a kept capture is at once on the list, in the outbox and on the household, and its draft is gone', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const photo = await aPhoto(home, 'door')
  await saveDraft(draftKey(home), { note: '大门朝南', photos: [photo] })

  const { ok, id } = await capture(home, { photos: [photo] })

  assert.equal(ok, true)
  assert.equal((await worklist())[0].state, 'on_phone')
  assert.deepEqual((await outbox()).counts, { queued: 1, attention: 0, photos: 1 })
  assert.equal((await household(home.id)).captures[0].id, id)
  assert.equal(await loadDraft(draftKey(home)), null)
})

test('a full disk is said and leaves nothing half-written, whichever table meets it', async () => {
  for (const table of ['captures', 'outbox', 'photos', 'meta', 'drafts']) {
    const home = aHousehold()
    await phoneWith([home])
    const photo = await aPhoto(home, `door ${table}`)
    await saveDraft(draftKey(home), { note: '' })
    const before = await everything()

    const answer = await withFullDisk(table, () => capture(home, { photos: [photo] }))

    assert.deepEqual(answer, { ok: false, reason: 'quota' }, table)
    assert.deepEqual(await everything(), before, table)
  }
})

test('a full disk on a photo keeps the draft and says so', async () => {
  const home = aHousehold()
  await phoneWith([home])
  await saveDraft(draftKey(home), { note: '一' })

  const answer = await withFullDisk('photos', () => aPhoto(home, 'too much'))

  assert.deepEqual(answer, { ok: false, reason: 'quota' })
  assert.deepEqual(await loadDraft(draftKey(home)), { note: '一' })
  assert.deepEqual([await db.photos.count(), await db.blobs.count()], [0, 0])
})

test('captures kept at the same moment get numbers without gap or double', async () => {
  const homes = Array.from({ length: 40 }, (_, index) => aHousehold({ number: String(index) }))
  await phoneWith(homes)

  await Promise.all(homes.map((home) => capture(home)))

  const numbers = (await db.outbox.toArray()).map((op) => op.device_seq).sort((a, b) => a - b)
  assert.deepEqual(numbers, Array.from({ length: 40 }, (_, index) => index + 1))
})

test('a capture that fails takes no number', async () => {
  const [first, second] = [aHousehold(), aHousehold()]
  await phoneWith([first, second])
  await withFullDisk('captures', () => capture(first))

  await capture(second)

  assert.deepEqual((await db.outbox.toArray()).map((op) => op.device_seq), [1])
})

test('the hash is that of the canonical payload and of nothing else', async () => {
  const home = aHousehold()
  await phoneWith([home])
  await capture(home, { note: '门前有核桃树', estimate: { lon: 99.0, lat: 25.1200000001, accuracy_m: 6 } })

  const [op] = await db.outbox.toArray()

  assert.equal(op.payload_json, canonicalize(JSON.parse(op.payload_json)))
  assert.equal(op.payload_sha256, createHash('sha256').update(op.payload_json).digest('hex'))
  assert.equal('device_seq' in JSON.parse(op.payload_json), false)
})

test('the payload holds the fields of the protocol and no others', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const photo = { ...(await aPhoto(home, 'p')), url: 'blob:of-the-page', lon: 99.1, lat: 25.1, accuracy_m: 5 }
  await capture(home, { photos: [photo], reason: 'R01' })

  const payload = JSON.parse((await db.outbox.toArray())[0].payload_json)

  assert.deepEqual(Object.keys(payload), ['accuracy_m', 'altitude_m', 'exception', 'fixes', 'lat', 'lon', 'note', 'photos',
    'reason', 'source', 'spread_m', 'subject', 'supersedes'])
  assert.deepEqual(Object.keys(payload.photos[0]), ['accuracy_m', 'bytes', 'height', 'kind', 'lat', 'lon', 'sha256', 'taken_at', 'width'])
})

test('an exception carries no point, even when the phone had one', async () => {
  const home = aHousehold()
  await phoneWith([home])
  await capture(home, { exception: 'E02' })

  const { lon, lat, accuracy_m } = JSON.parse((await db.outbox.toArray())[0].payload_json)

  assert.deepEqual([lon, lat, accuracy_m], [null, null, null])
})

test('capture goes on while the session is paused', async () => {
  const home = aHousehold()
  await phoneWith([home])
  await pauseSession('unauthorized')

  assert.equal((await capture(home)).ok, true)
})

test('a photo left out of the saved capture goes, one that belongs to a capture stays', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const [kept, left] = [await aPhoto(home, 'kept'), await aPhoto(home, 'left')]
  await capture(home, { photos: [kept] })

  await dropPhoto(kept.sha256, draftKey(home))

  assert.deepEqual((await db.photos.toArray()).map((photo) => [photo.sha256, photo.status]), [[kept.sha256, 'queued']])
  assert.deepEqual(await db.blobs.toCollection().primaryKeys(), [kept.sha256])
  assert.notEqual(left.sha256, kept.sha256)
})

test('the same picture in two drafts survives one of them', async () => {
  const [first, second] = [aHousehold(), aHousehold()]
  await phoneWith([first, second])
  const photo = await aPhoto(first, 'same')
  await aPhoto(second, 'same')

  await dropPhoto(photo.sha256, draftKey(first))

  assert.equal((await capture(second, { photos: [photo] })).ok, true)
  assert.equal(await db.photos.count(), 1)
})

test('a page killed between photo and draft finds the photo in its draft again', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const first = await aPhoto(home, 'first')
  await saveDraft(draftKey(home), { note: '一', photos: [first] })
  const { ok, ...second } = await aPhoto(home, 'second')

  const { note, photos } = await loadDraft(draftKey(home))

  assert.deepEqual([ok, note, photos.length, photos[1]], [true, '一', 2, second])
})

test('drafts are listed newest first', async () => {
  await phoneWith([])
  await saveDraft('household:a', { note: '' }, new Date('2018-10-08T01:00:00Z'))
  await saveDraft('household:b', { note: '' }, new Date('2018-10-08T02:00:00Z'))

  assert.deepEqual((await listDrafts()).map((draft) => draft.key), ['household:b', 'household:a'])
})

test('a record that names a photo the phone does not have is not saved', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const before = await everything()

  await assert.rejects(capture(home, { photos: [{ sha256: 'f'.repeat(64), kind: 'door', bytes: 1, width: 1, height: 1, taken_at: 'x' }] }))

  assert.deepEqual(await everything(), before)
})
