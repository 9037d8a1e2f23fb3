import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { db } from '../../../webapp/static/js/store/db.js'
import { applyChanges } from '../../../webapp/static/js/store/merge.js'
import { trimReceipts } from '../../../webapp/static/js/store/outbox.js'
import { settlePhoto } from '../../../webapp/static/js/store/photos.js'
import { settleOps } from '../../../webapp/static/js/store/queue.js'
import { areas, household } from '../../../webapp/static/js/store/worklist.js'
import { aHousehold, aPhoto, capture, change, outbox, phoneWith, withFullDisk, worklist } from './phone.js'

const NOON = '2018-10-08T04:00:00Z'
const receipt = (id, fields = {}) => ({ id, status: 'uploaded', receipt: `ht1.${id}.x.1.s`, rev: 2, received_at: NOON, problem: null, ...fields })
const onServer = (id, fields = {}) => ({
  id, lon: 99.2, lat: 25.2, accuracy_m: 8, source: 'gps', exception: null, taken_at: NOON, received_at: NOON, by: '赵敏', mine: true,
  state: 'received', photos: [], review: null, ...fields,
})
const stateOf = async () => (await worklist())[0].state

test('a row goes from missing over on the phone and uploaded to returned with the remark', async () => {
  const home = aHousehold()
  await phoneWith([home])
  assert.equal(await stateOf(), 'missing')
  const { id } = await capture(home)
  assert.equal(await stateOf(), 'on_phone')
  await settleOps([receipt(id)])
  assert.equal(await stateOf(), 'uploaded')

  const review = { reasons: ['far'], text: '请到门口重采', by: '办公室', at: NOON }
  await applyChanges([change({ ...home, rev: 3, state: 'returned', capture: onServer(id, { state: 'returned', review }) })], 'c2')

  const [row] = await worklist()
  assert.deepEqual([row.state, row.review.text], ['returned', '请到门口重采'])
})

test('a returned household captured again is on the phone and its old remark no longer asks for work', async () => {
  const returned = onServer('old', { state: 'returned', review: { reasons: [], text: '重采', by: '', at: NOON } })
  const home = aHousehold({ state: 'returned', capture: returned })
  await phoneWith([home])
  assert.equal((await household(home.id)).current_capture_id, 'old')

  await capture(home)

  const [row] = await worklist()
  assert.deepEqual([row.state, row.review], ['on_phone', null])
})

test('a pull never hides an unsent capture', async () => {
  const home = aHousehold()
  await phoneWith([home])
  await capture(home)

  await applyChanges([change({ ...home, rev: 9, state: 'accepted', capture: onServer('other', { state: 'accepted' }) })], 'c2')

  assert.equal(await stateOf(), 'on_phone')
  assert.equal((await household(home.id)).captures.length, 1)
})

test('between the receipt and the next pull the phone already shows it as uploaded', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const { id } = await capture(home, { exception: 'E02' })

  await settleOps([receipt(id, { rev: null })])
  assert.equal(await stateOf(), 'excepted')

  await applyChanges([change({ ...home, rev: 2, state: 'uploaded', capture: onServer('later') })], 'c2')
  assert.equal(await stateOf(), 'uploaded')
})

test('a refused capture is still only on the phone and asks for attention', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const { id } = await capture(home)

  await settleOps([{ id, status: 'attention', problem: { code: 'invalid_payload', fields: ['payload.accuracy_m'] } }])

  const [row] = await worklist()
  assert.deepEqual([row.state, row.attention], ['on_phone', true])
  assert.deepEqual((await outbox()).items[0].problem.fields, ['payload.accuracy_m'])
})

test('the custody ledger tells each step with its proof', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const [door, yard] = [await aPhoto(home, 'door'), await aPhoto(home, 'yard')]
  const { id } = await capture(home, { photos: [door, yard] })
  const steps = async () => (await household(home.id)).ledger.map((step) => [step.step, step.done])
  assert.deepEqual(await steps(), [['on_phone', true], ['received', false], ['photos', false], ['reviewed', false]])

  await settleOps([receipt(id)])
  await settlePhoto(door.sha256, { status: 'uploaded' })

  const [, received, photos] = (await household(home.id)).ledger
  assert.deepEqual([received.done, received.receipt], [true, `ht1.${id}.x.1.s`])
  assert.deepEqual([photos.received, photos.total, photos.done], [1, 2, false])
})

test('the ledger of a reviewed capture names who returned it and why', async () => {
  const review = { reasons: ['far'], text: '离门口太远', by: '李审', at: NOON }
  const home = aHousehold({ state: 'returned', capture: onServer('c', { state: 'returned', review, photos: [{ sha256: 'x', received: true }] }) })
  await phoneWith([home])

  const reviewed = (await household(home.id)).ledger.at(-1)

  assert.deepEqual(reviewed, { step: 'reviewed', done: true, verdict: 'returned', ...review })
})

test('a household without a point is placed at last year\'s', async () => {
  await phoneWith([aHousehold({ previous: { lon: 99.1, lat: 25.1, accuracy_m: 9, taken_at: NOON, source: 'gps' } })])

  const [row] = await worklist()

  assert.deepEqual([row.state, row.lon, row.lat], ['missing', 99.1, 25.1])
})

test('a household that is no longer ours leaves the list', async () => {
  const [mine, theirs] = [aHousehold(), aHousehold()]
  await phoneWith([mine, theirs])

  await applyChanges([{ ...change(theirs), deleted: true, data: null }], 'c2')

  assert.deepEqual((await worklist()).map((row) => row.id), [mine.id])
})

test('a page of changes is kept whole with its cursor or not at all', async () => {
  await phoneWith([])

  await assert.rejects(applyChanges([change(aHousehold()), change(aHousehold({ id: undefined }))], 'c2'))

  assert.equal(await db.households.count(), 0)
  assert.equal((await db.meta.get('cursor')).value, 'start')
})

test('a community office and its water point are captured apart', async () => {
  await phoneWith([])
  const area = { id: 'area-1', rev: 1, code: '530502005001', level: 'community', name: '社区', parent: '530502005', capture: null, water_point: null }
  const { id: _, rev: __, ...data } = area
  await applyChanges([{ kind: 'area', id: 'area-1', rev: 1, deleted: false, data }], 'c2')

  await capture({ id: 'area-1', head: '社区' }, { subject: 'water_point' })

  const [{ place, water }] = await areas()
  assert.deepEqual([place.state, water.state], ['missing', 'on_phone'])
})

test('receipts are trimmed after thirty days, but not while a photo of them waits', async () => {
  const [first, second] = [aHousehold(), aHousehold()]
  await phoneWith([first, second])
  const photo = await aPhoto(second, 'late')
  const kept = [await capture(first), await capture(second, { photos: [photo] })]
  await settleOps(kept.map(({ id }) => receipt(id)))

  await trimReceipts(new Date('2018-11-06T04:00:00Z'))
  assert.equal(await db.outbox.count(), 2)
  await trimReceipts(new Date('2018-11-08T04:00:00Z'))
  assert.deepEqual((await db.outbox.toArray()).map((op) => op.id), [kept[1].id])
})

test('another tab\'s pull shows here, though the list is not unsealed anew for every save', async () => {
  const home = aHousehold()
  await phoneWith([home])
  await worklist()
  const kept = await db.meta.bulkGet(['summary', 'summary_stamp'])
  await db.meta.bulkPut([ // as another tab writes it
    { key: 'summary', value: kept[0].value.map((row) => ({ ...row, head: '李四' })) }, { key: 'summary_stamp', value: 'of another tab' },
  ])
  assert.equal((await worklist())[0].head, '李四')
})

test('a pull that fails at its end leaves the list as it was', async () => {
  const home = aHousehold()
  await phoneWith([home])
  const atTheEnd = ({ values }) => values?.some(({ key }) => key === 'cursor')
  await assert.rejects(withFullDisk('meta', () => applyChanges([change({ ...home, rev: 2, head: '李四' })], 'next'), atTheEnd))
  assert.equal((await worklist())[0].head, '张三')
})
