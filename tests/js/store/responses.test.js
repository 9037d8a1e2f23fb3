import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { startOf } from '../../../webapp/static/js/pages/field/form/start.js'
import { db } from '../../../webapp/static/js/store/db.js'
import { listDrafts } from '../../../webapp/static/js/store/drafts.js'
import { dropOldBodies, formBody, formsAbout, keepBody, wantedBodies } from '../../../webapp/static/js/store/forms.js'
import { family } from '../../../webapp/static/js/store/families.js'
import { fadeFinished } from '../../../webapp/static/js/store/ghosts.js'
import { applyChanges } from '../../../webapp/static/js/store/merge.js'
import { keepPhoto } from '../../../webapp/static/js/store/photos.js'
import { settleOps } from '../../../webapp/static/js/store/queue.js'
import { formDraftKey, keepResponse, saveFilling, standings } from '../../../webapp/static/js/store/responses.js'
import { signOut } from '../../../webapp/static/js/store/session.js'
import { tidyJournal } from '../../../webapp/static/js/store/tidy.js'
import { household } from '../../../webapp/static/js/store/worklist.js'
import { phoneFiles } from './fake-files.js'
import { aHousehold, change, outbox, phoneWith, unsealed } from './phone.js'

const FORM = 'household_update'
const instanceOf = (id) => `b0000000-0000-4000-8000-00000000000${id}`
const published = (version, fields = {}) => ({
  kind: 'form', id: 'f0000000-0000-7000-8000-000000000001', rev: Number(version), deleted: false,
  data: { form: FORM, version, title: '户信息更新', subject: 'household', year: 2018, sha256: 'x', bytes: 9, ...fields },
})
const aBody = (version) => ({ form: FORM, version, title: '户信息更新', subject: 'household', xml: `<x v="${version}"/>`, attachments: {} })
const family2017 = (id) => ({ kind: 'family', id, rev: 4, deleted: false, data: { year: 2018, last: { year: 2017, household_year: { wage_income: 9 } }, this: null } })

beforeEach(() => phoneFiles.reset())

/** A phone with one household, its family and a questionnaire. */
async function aPhone(fields = {}) {
  const home = aHousehold(fields)
  await phoneWith([home])
  await applyChanges([published('1'), family2017(home.id)], 'forms')
  await keepBody(aBody('1'))
  return home
}

const aDraft = (id, fields = {}) => ({
  form: FORM, version: '1', title: '户信息更新', about: 'household', instance: `<data>uuid:${instanceOf(id)}</data>`, instance_id: instanceOf(id), replaces: null,
  at: '', last: '', confirmed: [], opened: [], seen: {}, base_rev: 4, photos: [], ...fields,
})
const key = (home) => formDraftKey(FORM, home.id)
const finish = (home, id, fields) => keepResponse(aDraft(id, fields), { entityId: home.id, title: home.head })
const standingOf = async (home) => (await standings('household', home.id)).find(({ form }) => form === FORM)

async function aPicture(home, text) {
  const photo = await keepPhoto({ blob: new Blob([text], { type: 'image/jpeg' }), kind: 'evidence', width: 4, height: 3, taken_at: '2018-10-08T02:11:05.120Z', captureDraftKey: key(home) })
  return { ...photo, name: `${photo.sha256}.jpg` }
}

test('a questionnaire stands as not filled in, as a draft, on the phone, uploaded, returned and accepted', async () => {
  const home = await aPhone()
  assert.equal((await standingOf(home)).state, 'blank')
  await saveFilling(key(home), aDraft(1))
  assert.equal((await standingOf(home)).state, 'draft')
  await finish(home, 1)
  assert.equal((await standingOf(home)).state, 'on_phone')
  await settleOps([{ id: instanceOf(1), status: 'uploaded', rev: 2, receipt: 'ht1.x', received_at: '2018-10-09T00:00:00Z', problem: null }])
  assert.equal((await standingOf(home)).state, 'uploaded')

  const told = (rev, state, review = null) => applyChanges([change({ ...home, rev, responses: [{ id: instanceOf(1), form: FORM, version: '1', state, taken_at: '2018-10-08T00:00:00Z', received_at: '2018-10-09T00:00:00Z', by: '赵敏', mine: true, files: [], review }] })], 'c')
  await told(3, 'returned', { reasons: ['R03'], text: '收入请核实', by: '孙丽', at: '2018-10-10T00:00:00Z' })
  const returned = await standingOf(home)
  assert.deepEqual([returned.state, returned.review.text, returned.ledger.at(-1).verdict], ['returned', '收入请核实', 'returned'])
  await told(4, 'accepted', { reasons: [], text: '', by: '孙丽', at: '2018-10-11T00:00:00Z' })
  assert.equal((await standingOf(home)).state, 'accepted')
})

test('what is finished goes as one operation with its pictures, and its draft is gone', async () => {
  const home = await aPhone()
  const [named, unnamed] = [await aPicture(home, 'house'), await aPicture(home, 'deleted again')]
  const draft = aDraft(1, { instance: `<data><p>${named.name}</p></data>`, photos: [named, unnamed] })
  await saveFilling(key(home), draft)

  await keepResponse(draft, { entityId: home.id, title: home.head })

  const op = await db.outbox.get(instanceOf(1))
  assert.deepEqual([op.kind, op.base_rev, op.photos], ['response.add', 4, [named.sha256]])
  assert.deepEqual(JSON.parse(op.payload_json), {
    form: FORM, version: '1', xml: draft.instance, replaces: null,
    files: [{ name: named.name, sha256: named.sha256, bytes: 5, width: 4, height: 3, taken_at: '2018-10-08T02:11:05.120Z' }],
  })
  assert.deepEqual([(await db.photos.get(named.sha256)).status, await db.photos.get(unnamed.sha256)], ['queued', undefined])
  assert.deepEqual(await listDrafts(), [])
  const { items: [item] } = await outbox()
  assert.deepEqual([item.title, item.formTitle, item.about, item.photos], [home.head, '户信息更新', 'household', { total: 1, sent: 0 }])
})

test('finished in two tabs it is kept once, and the other tab writes no draft of it any more', async () => {
  const home = await aPhone()
  await finish(home, 1)

  assert.deepEqual(await finish(home, 1), { ok: false, reason: 'finished' })
  assert.deepEqual(await saveFilling(key(home), aDraft(1)), { ok: false, reason: 'finished' })

  assert.deepEqual([await db.outbox.count(), await db.drafts.count()], [1, 0])
})

test('answers that came back begin the next version, with what was confirmed and the pictures it had', async () => {
  const home = await aPhone()
  const picture = await aPicture(home, 'house')
  await finish(home, 1, { instance: `<data>${picture.name}</data>`, photos: [picture], confirmed: ['/data/a'] })

  const { answers: returned } = await standingOf(home)
  const start = startOf({ body: aBody('1'), about: { seen: {}, baseRev: 5, keys: {} }, draft: null, returned, subject: 'household' })
  await keepResponse({ ...start.draft, instance: `<data>${picture.name}2</data>`, instance_id: instanceOf(2) }, { entityId: home.id, title: home.head })

  assert.deepEqual([start.answers.returned, start.draft.confirmed], [`<data>${picture.name}</data>`, ['/data/a']])
  const op = await db.outbox.get(instanceOf(2))
  const { replaces, files } = JSON.parse(op.payload_json)
  assert.deepEqual([replaces, files.map(({ name }) => name), op.base_rev], [instanceOf(1), [picture.name], 5])
})

test('a refused one asks for attention until it is finished anew; another questionnaire of the household does not hide it', async () => {
  const home = await aPhone()
  await finish(home, 1)
  await settleOps([{ id: instanceOf(1), status: 'attention', problem: { code: 'invalid_payload', fields: ['payload.xml'] } }])
  assert.equal((await standingOf(home)).state, 'attention')
  await finish(home, 2, { form: 'household_visit' })
  assert.equal((await outbox()).counts.attention, 1)

  await finish(home, 3)
  assert.deepEqual([(await outbox()).counts.attention, (await standingOf(home)).state], [0, 'on_phone'])
})

test('a draft goes on with its version after a newer one was published, and then the older text goes', async () => {
  const home = await aPhone()
  await saveFilling(key(home), aDraft(1))
  await applyChanges([published('2')], 'c2')
  assert.deepEqual((await wantedBodies()).map(({ version }) => version), ['2'])
  await keepBody(aBody('2'))

  await dropOldBodies()
  assert.deepEqual([(await standingOf(home)).version, (await formBody(FORM, '1')).xml], ['1', '<x v="1"/>'])
  await finish(home, 1)
  await dropOldBodies()
  assert.ok(await formBody(FORM, '1'), 'it may come back')
  await db.responses.clear()
  await dropOldBodies()
  assert.deepEqual([await formBody(FORM, '1'), (await standingOf(home)).version], [undefined, '2'])
})

test('what was refused begins anew with its answers and replaces nothing; a version that is gone is begun from what is known', async () => {
  const home = await aPhone()
  await finish(home, 1)
  await settleOps([{ id: instanceOf(1), status: 'attention', problem: { code: 'invalid_payload', fields: ['payload.xml'] } }])
  const { answers: returned } = await standingOf(home)
  const about = { seen: {}, baseRev: 5, keys: {} }

  const again = startOf({ body: aBody('1'), about, draft: null, returned, subject: 'household' })
  assert.deepEqual([again.draft.replaces, Boolean(again.answers.returned)], [null, true])
  const anew = startOf({ body: aBody('2'), about, draft: null, returned, subject: 'household' })
  assert.deepEqual([anew.draft.replaces, anew.answers.returned], [null, undefined])
})

test('answers of another phone are not replaced by older ones of this phone', async () => {
  const home = await aPhone()
  await finish(home, 1)
  await settleOps([{ id: instanceOf(1), status: 'uploaded', rev: 2, receipt: 'ht1.x', received_at: '2018-10-09T00:00:00Z', problem: null }])
  const theirs = { id: instanceOf(9), form: FORM, version: '1', state: 'returned', taken_at: '2018-10-10T00:00:00Z', received_at: null, by: '钱立', mine: false, files: [], review: null }
  await applyChanges([change({ ...home, rev: 5, responses: [theirs] })], 'c')
  const { state, answers } = await standingOf(home)
  assert.deepEqual([state, answers], ['returned', null])
})

test('a questionnaire that was closed can still be finished where it was begun, and begun nowhere', async () => {
  const home = await aPhone()
  await saveFilling(key(home), aDraft(1))
  await applyChanges([{ ...published('1'), deleted: true, data: null }], 'c2')
  await dropOldBodies()

  assert.deepEqual([await formsAbout('household'), (await standingOf(home)).state], [[], 'draft'])
  assert.ok(await formBody(FORM, '1'))
})

test('one whose text is not here yet cannot be begun', async () => {
  const home = await aPhone()
  await applyChanges([published('2')], 'c2')
  assert.equal((await standingOf(home)).state, 'waits')
})

test('families, answers and drafts lie sealed, and signing out leaves nothing of them', async () => {
  const home = await aPhone()
  await saveFilling(key(home), aDraft(1))
  const raw = await new Promise((resolve, reject) => {
    const request = db.backendDB().transaction('families').objectStore('families').getAll()
    request.onsuccess = () => resolve(request.result)
    request.onerror = reject
  })
  assert.deepEqual([Object.keys(raw[0]), unsealed('families', raw[0]).rev], [['id', 'sealed'], 4])

  await signOut()
  assert.deepEqual(await Promise.all(['forms', 'form_bodies', 'families', 'responses', 'drafts'].map((name) => db.table(name).count())), [0, 0, 0, 0, 0])
})

test('a household that is ours no more takes its family along', async () => {
  const home = await aPhone()
  await applyChanges([{ kind: 'household', id: home.id, rev: 9, deleted: true, data: null }], 'c2')
  assert.deepEqual([await household(home.id), await family(home.id)], [null, undefined])
})

test('a finished household keeps what an interview needs until its questionnaires are answered, then all of it fades', async () => {
  const judged = { by: '孙丽', at: '2018-10-02T00:00:00Z', reasons: [], text: '' }
  const done = { id: 'c', state: 'accepted', received_at: '2018-10-01T00:00:00Z', taken_at: '2018-10-01T00:00:00Z', exception: null, lon: 1, lat: 1, photos: [], review: judged }
  const home = await aPhone({ state: 'accepted', capture: done })
  const later = new Date('2018-12-01T00:00:00Z')
  assert.equal(await fadeFinished(later), 0)

  const responses = [{ id: instanceOf(1), form: FORM, version: '1', state: 'accepted', taken_at: '2018-10-08T00:00:00Z', received_at: null, by: '赵敏', mine: true, files: [], review: null }]
  await applyChanges([change({ ...home, rev: 2, responses })], 'c2')
  assert.equal(await fadeFinished(later), 1)
  assert.equal(await family(home.id), undefined)
})

test('answers the database has lost come back out of the second copy, with their pictures', async () => {
  const home = await aPhone()
  const picture = await aPicture(home, 'house')
  await finish(home, 1, { instance: `<data>${picture.name}</data>`, photos: [picture] })
  for (const table of [db.outbox, db.responses, db.photos, db.blobs]) await table.clear()

  await tidyJournal()

  const { state, answers } = await standingOf(home)
  assert.deepEqual([state, answers.xml, answers.title], ['on_phone', `<data>${picture.name}</data>`, '户信息更新'])
  assert.equal((await db.photos.get(picture.sha256)).status, 'queued')
})
