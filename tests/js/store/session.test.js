import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { db } from '../../../webapp/static/js/store/db.js'
import { applyChanges } from '../../../webapp/static/js/store/merge.js'
import { settlePhoto } from '../../../webapp/static/js/store/photos.js'
import { retryOp, settleOps } from '../../../webapp/static/js/store/queue.js'
import { currentSession, pauseSession, saveIdentity, saveSession, signOut } from '../../../webapp/static/js/store/session.js'
import { CADRE, OTHER, aHousehold, aPhoto, capture, change, everything, outbox, phoneWith } from './phone.js'

const uploaded = (id) => ({ id, status: 'uploaded', receipt: 'ht1', rev: 2, received_at: '2018-10-08T03:00:00Z', problem: null })
const refused = (id) => ({ id, status: 'attention', problem: { code: 'not_found', fields: [] } })
const signIn = (account, deviceId = 'new-device') => saveSession({ deviceId, token: 'hd1.new', account })

test('sign-out is refused while a record or a photo is unsent, and wipes everything afterwards', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const photo = await aPhoto(home, 'door')
  const { id } = await capture(home, { photos: [photo] })

  assert.deepEqual(await signOut(), { ok: false, reason: 'unsent', count: 2 })
  await settleOps([uploaded(id)])
  assert.deepEqual(await signOut(), { ok: false, reason: 'unsent', count: 1 })
  await settlePhoto(photo.sha256, { status: 'uploaded', receipt: 'hb1' })
  assert.deepEqual(await signOut(), { ok: true })

  assert.deepEqual(Object.values(await everything()).flat(), [])
  assert.equal(await currentSession(), null)
})

test('sign-out is refused while a refused record waits for attention', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const { id } = await capture(home)
  await settleOps([refused(id)])

  assert.deepEqual(await signOut(), { ok: false, reason: 'unsent', count: 1 })
})

test('another person cannot sign in over unsent work, and nothing of it changes', async () => {
  const home = aHousehold()
  await phoneWith([home])
  await capture(home)
  await pauseSession('unauthorized')
  const before = await everything()

  assert.deepEqual(await signIn(OTHER), { ok: false, reason: 'other_unsent', count: 1 })
  assert.deepEqual(await everything(), before)
})

test('an identity of its own that arrives after the sign-out signs nobody in', async () => {
  await phoneWith([aHousehold()])
  assert.equal((await signOut()).ok, true)

  await saveIdentity({ deviceId: 'late', token: 'hd1.late' })

  assert.equal(await currentSession(), null)
})

test('another person starts with an empty phone', async () => {
  await phoneWith([aHousehold()])

  assert.deepEqual(await signIn(OTHER), { ok: true })

  assert.equal((await currentSession()).account.username, OTHER.username)
  assert.equal(await db.households.count(), 0)
})

test('the same person signing in again carries on with the queue, numbered from one for the new device', async () => {
  const homes = [aHousehold(), aHousehold(), aHousehold()]
  await phoneWith(homes)
  const [first] = [await capture(homes[0]), await capture(homes[1]), await capture(homes[2])]
  await settleOps([uploaded(first.id)])
  await pauseSession('unauthorized')

  await signIn(CADRE)
  await capture(aHousehold())

  const waiting = (await db.outbox.where('status').equals('queued').sortBy('no')).map((op) => [op.device_id, op.device_seq])
  assert.deepEqual(waiting.slice(0, 2), [['new-device', 1], ['new-device', 2]])
  assert.equal(waiting[2][1], 3)
  assert.equal((await currentSession()).status, 'active')
})

test('a refused record offered again after a new sign-in takes a number of the new device', async () => {
  const homes = [aHousehold(), aHousehold()]
  await phoneWith(homes)
  const { id } = await capture(homes[0])
  await settleOps([refused(id)])
  await signIn(CADRE)
  await capture(homes[1])

  await retryOp(id)

  const again = await db.outbox.get(id)
  assert.deepEqual([again.status, again.device_id, again.device_seq, again.problem], ['queued', 'new-device', 2, null])
})

test('a refused record stays under attention until the household is captured again', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const { id } = await capture(home)
  await settleOps([refused(id)])
  assert.deepEqual((await outbox()).counts, { queued: 0, attention: 1, photos: 0 })

  await capture(home)

  assert.deepEqual((await outbox()).counts, { queued: 1, attention: 0, photos: 0 })
  assert.equal((await db.outbox.get(id)).status, 'superseded')
})

test('pausing keeps the session and says why', async () => {
  await phoneWith([])
  await pauseSession('device_revoked')

  const { status, reason, account } = await currentSession()

  assert.deepEqual([status, reason, account.username], ['paused', 'device_revoked', CADRE.username])
})

test('a household taken from us stays until what hangs on it has been sent', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const { id } = await capture(home)

  await applyChanges([{ ...change(home), deleted: true, data: null }], 'c2')
  assert.equal((await db.households.get(home.id)).departed, true)
  await settleOps([uploaded(id)])

  assert.equal(await db.households.get(home.id), undefined)
})
