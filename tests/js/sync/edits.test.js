import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { noteSeen } from '../../../webapp/static/js/store/conflicts.js'
import { db } from '../../../webapp/static/js/store/db.js'
import { signOut } from '../../../webapp/static/js/store/session.js'
import { household } from '../../../webapp/static/js/store/worklist.js'
import { correct, outbox, worklist } from '../store/phone.js'
import { faults, fieldWith, statuses, sync } from './field.js'

const PUSH = '/api/v1/sync/push'

/** The office, or another phone, writes into the register. */
function register(server, home, fields) {
  const row = server.households.get(home.id)
  Object.assign(row, { rev: row.rev + 1, data: { ...row.data, ...fields } })
  server.announce(home.id)
}

const shown = async (home) => (({ head, address, phone, edits }) => ({ head, address, phone, waiting: edits.waiting }))(await household(home.id))

test('a correction arrives with its receipt, and the register speaks for it from then on', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  const { id } = await correct(home, { head: '张三丰', phone: '13987654321' })

  assert.equal(await sync(), null)

  assert.deepEqual([server.households.get(home.id).data.head, server.households.get(home.id).data.phone_mark], ['张三丰', id])
  assert.match((await outbox()).items[0].receipt, new RegExp(`^ht1\\.${id}\\.`))
  assert.deepEqual(await shown(home), { head: '张三丰', address: '', phone: '139****4321', waiting: [] })
  register(server, home, { head: '张三山' })
  await sync()
  assert.equal((await shown(home)).head, '张三山')
})

test('several corrections before a sync go on from each other, and each is taken', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  const first = await correct(home, { address: '一组5号', phone: '13987654321' })
  await correct(home, { address: '一组6号', phone: '13700001111' })
  const payloads = (await db.outbox.orderBy('no').toArray()).map((op) => JSON.parse(op.payload_json).fields)

  assert.deepEqual(payloads.map(({ address }) => address), [{ base: '', theirs: '一组5号' }, { base: '一组5号', theirs: '一组6号' }])
  assert.deepEqual(payloads[1].phone, { base: '139****4321', mark: first.id, theirs: '13700001111' })
  await sync()
  assert.deepEqual([await statuses(), server.households.get(home.id).data.address], [['uploaded', 'uploaded'], '一组6号'])
  assert.equal(server.edits.conflicts.size, 0)
})

test('a pull before the verdict takes none of the cadre\'s words away', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  await correct(home, { address: '一组5号' })
  register(server, home, { address: '二组1号', head: '张三山' })
  faults(server, PUSH, 'drop_request')
  await sync()
  await db.outbox.toCollection().modify({ account_id: 'x' }) // only the pull gets through
  await sync()

  assert.equal((await household(home.id)).rev, 2)
  assert.deepEqual(await shown(home), { head: '张三山', address: '一组5号', phone: '', waiting: ['address'] })
  assert.equal((await worklist())[0].address, '一组5号')
})

test('what somebody else corrected otherwise is no fault: it is received, and the office is waited for', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  const { id } = await correct(home, { head: '张三丰', address: '一组5号' })
  register(server, home, { address: '二组1号' })

  assert.equal(await sync(), null)

  const [item] = (await outbox()).items
  assert.deepEqual([item.state, item.dispute, item.problem.fields], ['uploaded', 'open', ['address']])
  assert.match(item.receipt, new RegExp(`^ht1\\.${id}\\.`))
  const page = await household(home.id)
  assert.deepEqual([page.head, page.address], ['张三丰', '二组1号'])
  assert.deepEqual(page.conflicts.map(({ field, state, theirs }) => [field, state, theirs]), [['address', 'open', '一组5号']])
  assert.deepEqual(await signOut(), { ok: true })
})

for (const [choice, address] of [['theirs', '一组5号'], ['ours', '二组1号']]) {
  test(`the pull brings what the office decided: ${choice}`, async () => {
    const { server, homes: [home] } = await fieldWith(1)
    const { id } = await correct(home, { address: '一组5号' })
    register(server, home, { address: '二组1号' })
    await sync()
    server.edits.decide(id, 'address', choice)
    await sync()

    const page = await household(home.id)
    assert.equal(page.address, address)
    assert.deepEqual(page.conflicts.map(({ state, choice, decision }) => [state, choice, decision.value]), [['decided', choice, address]])
    assert.equal((await outbox()).items[0].dispute, 'decided')
    await noteSeen(page.conflicts[0].id)
    assert.deepEqual((await household(home.id)).conflicts, [])
  })
}

test('a lost reply and a second sending correct once', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  await correct(home, { address: '一组5号' })
  faults(server, PUSH, 'drop_response')

  assert.equal((await sync()).kind, 'offline')
  assert.equal(await sync(), null)

  assert.deepEqual([server.households.get(home.id).rev, await statuses()], [2, ['uploaded']])
})

test('a refused correction is not shown as the register\'s word, and doing it again sets it aside', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  await correct(home, { address: '一组5号' }, 'poison')
  await sync()

  const page = await household(home.id)
  assert.deepEqual([page.address, page.edits.refused.fields.address.theirs, page.edits.waiting], ['', '一组5号', []])
  assert.equal((await signOut()).reason, 'unsent')
  await correct(home, { address: '一组5号' })
  await sync()
  assert.deepEqual([await statuses(), server.households.get(home.id).data.address], [['superseded', 'uploaded'], '一组5号'])
  assert.equal((await household(home.id)).edits.refused, null)
})

test('a correction the server lost is offered again, without an old word taking the place of a newer one', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  const { id } = await correct(home, { address: '一组5号' })
  await sync()
  register(server, home, { address: '二组1号' })
  await sync()
  server.forget([id])
  faults(server, PUSH, 'drop_request')
  await sync()
  await sync()

  assert.equal((await household(home.id)).address, '二组1号')
  await sync()
  assert.deepEqual(await statuses(), ['uploaded'])
})

test('between the verdict and the pull what was taken stays as the cadre wrote it, and what is disputed does not', async () => {
  const { server, homes: [home] } = await fieldWith(1)
  await correct(home, { head: '张三丰', address: '一组5号' })
  register(server, home, { address: '二组1号' })
  faults(server, '/api/v1/sync/pull', 'drop_request')

  assert.equal((await sync()).kind, 'offline')

  assert.deepEqual(await shown(home), { head: '张三丰', address: '', phone: '', waiting: [] })
  assert.equal((await outbox()).items[0].dispute, 'open')
})
