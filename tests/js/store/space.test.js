import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { db, onStoreTrouble } from '../../../webapp/static/js/store/db.js'
import { saveDraft } from '../../../webapp/static/js/store/drafts.js'
import { settlePhoto } from '../../../webapp/static/js/store/photos.js'
import { clearSentPhotos, sentPhotoBytes } from '../../../webapp/static/js/store/space.js'
import { phoneFiles } from './fake-files.js'
import { aHousehold, aPhoto, capture, draftKey, outbox, phoneWith } from './phone.js'

beforeEach(() => phoneFiles.reset())

test('clearing frees what the server has and nothing else, in both places', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const [sent, waiting, drafted] = [await aPhoto(home, 'sent'), await aPhoto(home, 'waiting'), await aPhoto(home, 'drafted too')]
  await capture(home, { photos: [sent, waiting, drafted] })
  await aPhoto(home, 'drafted too')
  await settlePhoto(sent.sha256, { status: 'uploaded', receipt: 'hb1' })
  await settlePhoto(drafted.sha256, { status: 'uploaded', receipt: 'hb1' })
  assert.equal(await sentPhotoBytes(), 4)

  assert.equal(await clearSentPhotos(), 4)

  assert.deepEqual((await db.blobs.toCollection().primaryKeys()).sort(), [waiting.sha256, drafted.sha256].sort())
  assert.equal(phoneFiles.names(`photo-${sent.sha256}`).length, 0)
  assert.equal((await db.photos.get(sent.sha256)).receipt, 'hb1')
  assert.deepEqual((await outbox()).items[0].photos, { total: 3, sent: 2 })
  assert.equal(await sentPhotoBytes(), 0)
})

test('an old page saves its draft before it makes way for a newer one (F07)', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const told = []
  const stop = onStoreTrouble((trouble) => {
    told.push(trouble)
    return saveDraft(draftKey(home), { note: '最后一个字' })
  })

  const drafts = await new Promise((resolve, reject) => {
    const request = indexedDB.open('hetu', 1000)
    request.onerror = reject
    request.onsuccess = () => {
      const reading = request.result.transaction('drafts').objectStore('drafts').getAll()
      reading.onsuccess = () => {
        request.result.close()
        resolve(reading.result)
      }
    }
  })
  stop()

  assert.deepEqual(told, ['version_change'])
  assert.equal(drafts[0].draft.note, '最后一个字')
  assert.equal(db.isOpen(), false)
  await new Promise((resolve) => { indexedDB.deleteDatabase('hetu').onsuccess = resolve })
})
