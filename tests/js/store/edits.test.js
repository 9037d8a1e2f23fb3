import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { matches } from '../../../webapp/static/js/pages/field/tasks/filter.js'
import { correction, seenOf } from '../../../webapp/static/js/rules/correction.js'
import { db } from '../../../webapp/static/js/store/db.js'
import { loadDraft, saveDraft } from '../../../webapp/static/js/store/drafts.js'
import { editDraftKey } from '../../../webapp/static/js/store/edits.js'
import { applyChanges } from '../../../webapp/static/js/store/merge.js'
import { rescuePack } from '../../../webapp/static/js/store/pack.js'
import { sessionFromJournal } from '../../../webapp/static/js/store/recover.js'
import { currentSession, pauseSession, saveRescue, signOut } from '../../../webapp/static/js/store/session.js'
import { groupsIn, household } from '../../../webapp/static/js/store/worklist.js'
import { Safe } from '../sync/safe.js'
import { phoneFiles } from './fake-files.js'
import { aHousehold, capture, correct, draftKey, everything, outbox, phoneWith, withFullDisk, worklist } from './phone.js'

const COMMUNITY = '530502005001'
const group = (no, community = COMMUNITY) => ({
  kind: 'area', id: `${community}-${no}`, rev: 1, deleted: false,
  data: { code: `${community}0${no}`, level: 'group', name: `${no}组`, parent: community, capture: null, water_point: null },
})

beforeEach(() => phoneFiles.reset())

async function aPhone(fields = {}) {
  const home = aHousehold({ area: `${COMMUNITY}01`, group_name: '1组', address: '一组3号', phone: '138****5678', phone_mark: null, ...fields })
  await phoneWith([home])
  await applyChanges([group(1), group(2), group(1, '530502005002')], 'start')
  return home
}

test('a kept correction is at once on the household, the list and in the outbox, and its draft is gone', async () => {
  const home = await aPhone()
  await saveDraft(editDraftKey(home.id), { address: '一组5' })

  const { ok } = await correct(home, { address: '一组5号', group: `${COMMUNITY}02`, phone: '139 8765 4321' }, '门牌已换')

  assert.equal(ok, true)
  const page = await household(home.id)
  assert.deepEqual([page.address, page.group_name, page.phone], ['一组5号', '2组', '139****4321'])
  assert.deepEqual(page.edits.waiting, ['group', 'address', 'phone'])
  const [row] = await worklist()
  assert.deepEqual([row.address, row.area, row.group_name, row.edited], ['一组5号', `${COMMUNITY}02`, '2组', true])
  const { counts, items: [item] } = await outbox()
  assert.deepEqual([counts.queued, item.kind, item.fields, item.state], [1, 'household.edit', ['group', 'address', 'phone'], 'queued'])
  assert.equal(await loadDraft(editDraftKey(home.id)), null)
})

test('what is sent says what the cadre saw, and of a number only its mask and the write it belonged to', async () => {
  const home = await aPhone({ phone_mark: 'f0000000-0000-7000-8000-000000000001' })
  await correct(home, { head: ' 张三丰 ', address: '一组3号', phone: '13987654321' }, ' 门牌已换 ')
  assert.deepEqual(JSON.parse((await db.outbox.toCollection().first()).payload_json), {
    fields: {
      head: { base: '张三', theirs: '张三丰' },
      phone: { base: '138****5678', mark: 'f0000000-0000-7000-8000-000000000001', theirs: '13987654321' },
    },
    note: '门牌已换',
  })
})

test('nothing changed is nothing to send, and a number that was never there is not taken away', () => {
  const seen = seenOf(aHousehold({ address: '一组3号' }))
  assert.deepEqual(correction(seen, { head: '张三 ', address: ' 一组3号', phone: '' }).fields, {})
})

test('a new name is found by its signs and not by how the old one was spelt', async () => {
  const home = await aPhone()
  await correct(home, { head: '李小满' })
  const [row] = await worklist()
  assert.deepEqual(['小满', 'zs', 'zhangsan', home.number].map((query) => matches(row, query)), [true, false, false, true])
})

test('a correction ends neither the draft of a capture nor a capture that of a correction', async () => {
  const home = await aPhone()
  await saveDraft(draftKey(home), { note: '大门朝南' })
  await saveDraft(editDraftKey(home.id), { note: '门牌已换' })
  await correct(home, { address: '一组5号' })
  assert.equal((await loadDraft(draftKey(home))).note, '大门朝南')
  await saveDraft(editDraftKey(home.id), { note: '又换' })
  await capture(home)
  assert.equal((await loadDraft(editDraftKey(home.id))).note, '又换')
})

test('the groups of the household\'s own community can be chosen, as far as this phone knows them', async () => {
  await aPhone()
  assert.deepEqual(await groupsIn(COMMUNITY), [{ code: `${COMMUNITY}01`, name: '1组' }, { code: `${COMMUNITY}02`, name: '2组' }])
})

test('a full disk is said and leaves nothing half-written', async () => {
  for (const table of ['outbox', 'meta', 'drafts']) {
    const home = await aPhone()
    await saveDraft(editDraftKey(home.id), { note: '' })
    const before = await everything()
    assert.deepEqual(await withFullDisk(table, () => correct(home, { address: '一组5号' })), { ok: false, reason: 'quota' }, table)
    assert.deepEqual(await everything(), before, table)
    assert.deepEqual(phoneFiles.names('op-'), [], table)
  }
})

test('corrections go on while the session is paused, and signing out waits for them', async () => {
  const home = await aPhone()
  await pauseSession('unauthorized')
  assert.equal((await correct(home, { address: '一组5号' })).ok, true)
  assert.deepEqual(await signOut(), { ok: false, reason: 'unsent', count: 1 })
})

test('a rescue pack carries an unsent correction, and with the database gone it is back', async () => {
  const home = await aPhone()
  const safe = new Safe()
  const { deviceId } = await currentSession()
  await saveRescue({ ...safe.given(deviceId), device_id: deviceId, at: new Date().toISOString() })
  const { id } = await correct(home, { address: '一组5号' })

  const { ops: [row] } = safe.open(Buffer.from(await (await rescuePack()).blob.arrayBuffer()))
  assert.deepEqual([row.id, row.kind, JSON.parse(row.payload_json).fields.address.theirs], [id, 'household.edit', '一组5号'])
  await db.delete()
  await db.open()
  await sessionFromJournal()
  await saveDraft(draftKey(home), { note: '' })
  await applyChanges([{ kind: 'household', id: home.id, rev: 1, deleted: false, data: home }], 'again')
  assert.deepEqual([(await household(home.id)).address, (await outbox()).items[0].fields], ['一组5号', ['address']])
})

test('a household taken from us stays until its correction has been sent', async () => {
  const home = await aPhone()
  await correct(home, { address: '一组5号' })
  await applyChanges([{ kind: 'household', id: home.id, rev: 2, deleted: true, data: null }], 'next')
  assert.equal((await household(home.id)).departed, true)
})
