import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { db } from '../../../webapp/static/js/store/db.js'
import { saveDraft } from '../../../webapp/static/js/store/drafts.js'
import { editDraftKey } from '../../../webapp/static/js/store/edits.js'
import { family } from '../../../webapp/static/js/store/families.js'
import { fadeFinished } from '../../../webapp/static/js/store/ghosts.js'
import { applyChanges, bringBack } from '../../../webapp/static/js/store/merge.js'
import { settlePhoto } from '../../../webapp/static/js/store/photos.js'
import { settleOps } from '../../../webapp/static/js/store/queue.js'
import { savePolicy } from '../../../webapp/static/js/store/vault.js'
import { tidyJournal } from '../../../webapp/static/js/store/tidy.js'
import { household } from '../../../webapp/static/js/store/worklist.js'
import { phoneFiles } from './fake-files.js'
import { aHousehold, aPhoto, capture, change, draftKey, everything, phoneWith, worklist } from './phone.js'

const TAKEN = new Date('2018-10-08T02:00:00Z')
const RECEIVED = '2018-10-08T03:00:00Z'
const JUDGED = '2018-10-10T03:00:00Z'
const LATER = new Date('2018-10-18T04:00:00Z')
const FIELDS = { head: '欧阳丽江', pinyin: 'ouyanglijiang', address: '青阳上村七号', phone: '139****4321' }
const WORDS = ['欧阳丽江', '丽江', 'ouyang', '青阳上村', '4321', '核桃树下', '99.16']

beforeEach(() => phoneFiles.reset())

/** A household captured on this phone with a photo, received, and accepted two days later. */
async function anAccepted(fields = {}) {
  const home = aHousehold({ ...FIELDS, ...fields })
  await phoneWith([home])
  const photo = await aPhoto(home, 'DOOR PICTURE')
  const { id } = await capture(home, { photos: [photo], note: '核桃树下' }, { now: TAKEN })
  await settleOps([{ id, status: 'uploaded', receipt: 'ht1.receipt', rev: 2, received_at: RECEIVED, problem: null }])
  await settlePhoto(photo.sha256, { status: 'uploaded', receipt: 'hb1' })
  await applyChanges([pulled(home, id, photo)], 'next')
  return { home, id, photo }
}

const pulled = (home, id, photo, { state = 'accepted', rev = 3 } = {}) => change({
  ...home, rev, state, history: [{ event: 'received', at: RECEIVED, by: '赵敏', receipt: `ht1.${id}` }],
  capture: {
    id, state, mine: true, lon: 99.16, lat: 25.12, accuracy_m: 6, source: 'gps', exception: null, taken_at: TAKEN.toISOString(), received_at: RECEIVED,
    by: '赵敏', photos: photo ? [{ ...photo, received: true }] : [], review: state === 'accepted' ? { reasons: [], text: '', by: '钱立', at: JUDGED } : null,
  },
})

test('of a household accepted long ago only number, masked name, state, receipt and date stay', async () => {
  const { home } = await anAccepted()
  assert.equal(await fadeFinished(LATER), 1)

  const left = JSON.stringify({ ...(await everything()), meta: (await everything()).meta.filter(({ key }) => key.startsWith('summary')).map(({ value }) => [...value]) })
  assert.deepEqual(WORDS.filter((word) => left.includes(word)), [])
  assert.deepEqual([await db.outbox.count(), await db.captures.count(), await db.photos.count(), await db.blobs.count()], [0, 0, 0, 0])
  const [row] = await worklist()
  assert.deepEqual([row.head, row.number, row.state, row.ghost, row.lon], ['欧*', home.number, 'accepted', true, null])
  assert.deepEqual((await household(home.id)).ghost, { receipt: 'ht1.receipt', at: JUDGED })
})

test('before that time everything stays, and nothing is done twice', async () => {
  await anAccepted()
  const before = await everything()
  assert.equal(await fadeFinished(new Date('2018-10-17T02:59:00Z')), 0)
  assert.deepEqual(await everything(), before)
  assert.equal(await fadeFinished(LATER), 1)
  assert.equal(await fadeFinished(LATER), 0)
})

test('the deployment says how long', async () => {
  await anAccepted()
  await savePolicy({ kind: 'pin', min_length: 6, kdf: 'argon2id', lock_after_s: 300, retention_days: 30 })
  assert.equal(await fadeFinished(LATER), 0)
})

test('what is returned, waits, is being worked on or misses a photo keeps its details', async () => {
  const { home, id, photo } = await anAccepted()
  await applyChanges([pulled(home, id, photo, { state: 'returned', rev: 4 })], 'c')
  assert.equal(await fadeFinished(LATER), 0)
  await applyChanges([pulled(home, id, photo, { rev: 5 })], 'c')

  await saveDraft(draftKey(home), { note: 'x' })
  assert.equal(await fadeFinished(LATER), 0)
  await db.drafts.clear()
  await settlePhoto(photo.sha256, { status: 'queued' })
  assert.equal(await fadeFinished(LATER), 0)
  await settlePhoto(photo.sha256, { status: 'uploaded' })
  await capture(home, {}, { now: new Date('2018-10-09T02:00:00Z') })
  assert.equal(await fadeFinished(LATER), 0)
})

test('a photo another record shows as well stays', async () => {
  const { home, photo } = await anAccepted()
  const neighbour = aHousehold()
  await applyChanges([change(neighbour)], 'c')
  await aPhoto(neighbour, 'DOOR PICTURE')
  await capture(neighbour, { photos: [photo] })
  assert.equal(await fadeFinished(LATER), 1)
  assert.equal(await db.blobs.count(), 1)
  assert.equal((await household(home.id)).head, '欧*')
})

test('second copies go first, so that nothing comes back as a lost record', async () => {
  const { id } = await anAccepted()
  assert.deepEqual(phoneFiles.names('op-'), [`op-${id}`])
  await fadeFinished(LATER)
  assert.deepEqual([phoneFiles.names('op-'), phoneFiles.names('photo-')], [[], []])
  await tidyJournal(TAKEN)
  assert.equal(await db.outbox.count(), 0)
})

test('a pull that brings a finished household again is reduced again; a returned one keeps its details', async () => {
  const { home, id, photo } = await anAccepted()
  await fadeFinished(LATER)
  await applyChanges([pulled(home, id, photo, { rev: 4 })], 'c')
  assert.equal((await household(home.id)).head, '欧阳丽江')
  assert.equal(await fadeFinished(LATER), 1)
  assert.equal((await household(home.id)).head, '欧*')

  await applyChanges([pulled(home, id, photo, { state: 'returned', rev: 5 })], 'c')
  await fadeFinished(LATER)
  assert.equal((await worklist())[0].head, '欧阳丽江')
})

test('details asked for again are there for a day, to capture with', async () => {
  const { home, id, photo } = await anAccepted()
  await fadeFinished(LATER)
  const known = { kind: 'family', id: home.id, rev: 4, deleted: false, data: { year: 2018, last: null, this: null } }
  await bringBack(pulled(home, id, photo), known, LATER)
  assert.equal(await fadeFinished(LATER), 0)
  assert.equal((await family(home.id)).rev, 4)
  assert.equal((await household(home.id)).address, '青阳上村七号')
  assert.equal((await worklist())[0].ghost, false)
  assert.equal(await fadeFinished(new Date(LATER.getTime() + 86_400_001)), 1)
})

test('a household somebody is correcting keeps its details; what two said of it goes with them', async () => {
  const { home } = await anAccepted()
  const dispute = { ops: [], household: home.id, kind: 'field', field: 'address', side: 'ours', state: 'open', ours: '青阳上村七号', theirs: '八号', decision: null }
  await applyChanges([{ kind: 'conflict', id: 'c1', rev: 1, deleted: false, data: dispute }], 'more')
  await saveDraft(editDraftKey(home.id), { address: '青阳上村九号' })
  assert.equal(await fadeFinished(LATER), 0)
  await db.drafts.clear()
  assert.equal((await household(home.id)).conflicts.length, 1)
  assert.equal(await fadeFinished(LATER), 1)
  assert.deepEqual((await household(home.id)).conflicts, [])
})
