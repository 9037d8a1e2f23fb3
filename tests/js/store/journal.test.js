import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ensureKey, holdKey } from '../../../webapp/static/js/store/data-key.js'
import { listCopies } from '../../../webapp/static/js/store/journal.js'
import * as rows from '../../../webapp/static/js/store/journal-rows.js'
import { db } from '../../../webapp/static/js/store/db.js'
import { saveDraft } from '../../../webapp/static/js/store/drafts.js'
import { rebuild, sessionFromJournal } from '../../../webapp/static/js/store/recover.js'
import { recovered } from '../../../webapp/static/js/store/recovered.js'
import { currentSession, pauseSession, saveRescue, saveSession, signOut } from '../../../webapp/static/js/store/session.js'
import { tidyJournal } from '../../../webapp/static/js/store/tidy.js'
import { settleOps } from '../../../webapp/static/js/store/queue.js'
import { dropPhoto, settlePhoto } from '../../../webapp/static/js/store/photos.js'
import { Safe } from '../sync/safe.js'
import { phoneFiles } from './fake-files.js'
import { CADRE, OTHER, aHousehold, aPhoto, capture, draftKey, outbox, phoneWith, withFullDisk, worklist } from './phone.js'

const LATER = new Date(Date.now() + 4 * 86_400_000)

beforeEach(async () => {
  await phoneFiles.reset()
  await listCopies() // after a silent one nobody waits for the journal until it has answered
})

/** A phone that may seal, with one household; the server's safe. */
async function aPhone(homes = [aHousehold()]) {
  const safe = new Safe()
  await phoneWith(homes)
  await sealingFor(safe)
  return { safe, homes, home: homes[0] }
}

async function sealingFor(safe) {
  const { deviceId } = await currentSession()
  await saveRescue({ ...safe.given(deviceId), device_id: deviceId, at: new Date().toISOString() })
}

/** Somebody or something has garbled the database, and the browser has begun a new one. */
async function loseDatabase() {
  await db.delete()
  await db.open()
}

const uploaded = (id, received_at = new Date().toISOString()) => ({ id, status: 'uploaded', receipt: 'ht1', rev: 2, received_at, problem: null })
const ops = async () => (await db.outbox.orderBy('no').toArray()).map(({ id, no, device_seq, status }) => ({ id, no, device_seq, status }))

test('a kept record and its photo lie in the journal as well, readable by this phone and by the server alone', async () => {
  const { safe, home } = await aPhone()
  const photo = await aPhoto(home, 'door')
  const { id } = await capture(home, { photos: [photo] })

  assert.deepEqual(phoneFiles.names('op-'), [`op-${id}`])
  assert.deepEqual(phoneFiles.names('photo-'), [`photo-${photo.sha256}`])
  const lying = Buffer.concat([...phoneFiles.files.values()])
  assert.equal(lying.includes(home.head), false)
  const { ops: [row], photos } = safe.open(Buffer.concat([Buffer.from('HETURESCUE1\n'), ...phoneFiles.files.values()]))
  assert.deepEqual([row.id, row.title, row.device_seq], [id, home.head, 1])
  assert.deepEqual(photos.map(([hash, bytes]) => [hash, bytes.toString()]), [[photo.sha256, 'door']])
})

test('with the database gone every record is back, with its photo, its number and the person who worked here', async () => {
  const { homes } = await aPhone([aHousehold(), aHousehold({ head: '李四' })])
  const photo = await aPhoto(homes[0], 'door')
  await capture(homes[0], { photos: [photo] })
  await capture(homes[1])
  await tidyJournal()
  const [before, session] = [await ops(), await currentSession()]

  await loseDatabase()
  assert.deepEqual(await sessionFromJournal(), session)

  assert.deepEqual(await ops(), before)
  assert.deepEqual(await recovered(), { titles: ['张三', '李四'], photos: 1, photos_lost: 0, unopened: 0 })
  assert.equal(new TextDecoder().decode((await db.blobs.get(photo.sha256)).bytes), 'door')
  assert.deepEqual((await outbox()).counts, { queued: 2, attention: 0, photos: 1 })
  await capture(homes[0])
  assert.equal((await ops()).at(-1).device_seq, 3)
})

test('a database that cannot be opened is begun anew and filled from the journal', async () => {
  const { home } = await aPhone()
  const { id } = await capture(home)
  await tidyJournal()

  assert.equal(await rebuild(), true)

  assert.deepEqual((await ops()).map((op) => op.id), [id])
  assert.equal((await currentSession()).account.id, CADRE.id)
})

test('with a journal that does not answer no database is thrown away', async () => {
  const { home } = await aPhone()
  await capture(home)
  phoneFiles.isSilent = true
  const realTimeout = globalThis.setTimeout
  globalThis.setTimeout = (work, ms) => realTimeout(work, Math.min(ms, 5))

  const answer = await rebuild().finally(() => { globalThis.setTimeout = realTimeout })

  assert.equal(answer, false)
  assert.equal(await db.outbox.count(), 1)
})

test('a row that is missing comes back, and one that is there is not touched', async () => {
  const { homes } = await aPhone([aHousehold(), aHousehold()])
  const { id } = await capture(homes[0])
  await capture(homes[1])
  const before = await ops()
  await db.outbox.delete(id)
  await db.captures.delete(id)

  await tidyJournal()

  assert.deepEqual(await ops(), before)
  assert.equal((await recovered()).titles.length, 1)
  await tidyJournal()
  assert.equal((await recovered()).titles.length, 1)
})

test('a record saved twice over a crash does not share its number', async () => {
  const { homes } = await aPhone([aHousehold(), aHousehold()])
  const { id } = await capture(homes[0])
  await db.transaction('rw', db.tables, async () => {
    await db.outbox.delete(id)
    await db.meta.put({ key: 'numbers', value: { no: 0, device_seq: 0 } }) // as if that saving had never been committed
  })
  await capture(homes[1])

  await tidyJournal()

  const rows = await ops()
  assert.equal(new Set(rows.map((row) => row.device_seq)).size, 2)
  assert.equal(new Set(rows.map((row) => row.no)).size, 2)
})

test('a record without its photo comes back all the same and says how many are lost', async () => {
  const { home } = await aPhone()
  const photo = await aPhoto(home, 'door')
  await capture(home, { photos: [photo] })
  await tidyJournal()
  phoneFiles.files.set(`photo-${photo.sha256}`, new Uint8Array([1, 2]))

  await loseDatabase()
  await sessionFromJournal()

  assert.equal(await db.outbox.count(), 1)
  const { photos, photos_lost } = await recovered()
  assert.deepEqual([photos, photos_lost], [0, 1])
})

test('the draft of a recovered record is not offered again', async () => {
  const { home } = await aPhone()
  const { id } = await capture(home)
  await db.outbox.delete(id)
  await saveDraft(draftKey(home), { note: '' })

  await tidyJournal()

  assert.equal(await db.drafts.count(), 0)
})

test('what was kept before there was a journal, or while it failed, gets its copy afterwards', async () => {
  const { home } = await aPhone()
  phoneFiles.fault = 'full'
  const photo = await aPhoto(home, 'door')
  const { ok, id } = await capture(home, { photos: [photo] })
  assert.equal(ok, true)
  assert.deepEqual(phoneFiles.names('op-'), [])

  phoneFiles.fault = null
  await tidyJournal()

  assert.deepEqual(phoneFiles.names('op-'), [`op-${id}`])
  assert.deepEqual(phoneFiles.names('photo-'), [`photo-${photo.sha256}`])
})

test('a copy the page died over is written again', async () => {
  const { home } = await aPhone()
  const { id } = await capture(home)
  const whole = phoneFiles.files.get(`op-${id}`)
  await phoneFiles.reset()
  phoneFiles.files.set(`op-${id}`, whole.slice(0, 100))

  await tidyJournal()

  assert.notEqual((await listCopies()).find(({ name }) => name === `op-${id}`).header, null)
})

test('a copy made before the server had given its key is sealed for it as soon as there is one', async () => {
  const safe = new Safe()
  const home = aHousehold()
  await phoneWith([home])
  const { id } = await capture(home)
  const sealed = async () => (await listCopies()).find(({ name }) => name === `op-${id}`).header.server
  assert.equal(await sealed(), null)

  await sealingFor(safe)
  await tidyJournal()

  assert.notEqual(await sealed(), null)
})

test('copies stay three days after the receipt of record and photos, then they go', async () => {
  const { home } = await aPhone()
  const photo = await aPhoto(home, 'door')
  const { id } = await capture(home, { photos: [photo] })
  await settleOps([uploaded(id)])
  await tidyJournal(LATER)
  assert.equal(phoneFiles.names('op-').length, 1) // its photo still waits
  await settlePhoto(photo.sha256, { status: 'uploaded' })
  await tidyJournal()
  assert.equal(phoneFiles.names('op-').length, 1)

  await tidyJournal(LATER)

  assert.deepEqual([phoneFiles.names('op-'), phoneFiles.names('photo-')], [[], []])
  await loseDatabase()
  await sessionFromJournal()
  await capture(home)
  assert.equal((await ops())[0].device_seq, 2) // the numbers went on
})

test('a photo taken out of its draft leaves the journal', async () => {
  const { home } = await aPhone()
  const photo = await aPhoto(home, 'not this one')
  await tidyJournal()
  assert.equal(phoneFiles.names('photo-').length, 1)

  await dropPhoto(photo.sha256, draftKey(home))
  await tidyJournal()

  assert.deepEqual(phoneFiles.names('photo-'), [])
})

test('a record that could not be kept leaves no copy that would bring it back', async () => {
  const { home } = await aPhone()
  const atTheEnd = ({ values }) => values?.some(({ key }) => key === 'summary_newer')

  const answer = await withFullDisk('meta', () => capture(home), atTheEnd)

  assert.deepEqual(answer, { ok: false, reason: 'quota' })
  assert.deepEqual(phoneFiles.names('op-'), [])
})

test('a phone without a private file system keeps its second copies in a database of their own', async () => {
  const { getDirectory } = navigator.storage
  delete navigator.storage.getDirectory
  try {
    const { home } = await aPhone()
    const { id } = await capture(home)
    await tidyJournal()
    assert.deepEqual(phoneFiles.names(''), [])

    await loseDatabase()
    await sessionFromJournal()

    assert.deepEqual((await ops()).map((op) => op.id), [id])
  } finally {
    navigator.storage.getDirectory = getDirectory
  }
})

test('signing out also takes copies from before the browser learnt to keep files', async () => {
  const { getDirectory } = navigator.storage
  delete navigator.storage.getDirectory
  const { home } = await aPhone()
  const { id } = await capture(home)
  navigator.storage.getDirectory = getDirectory
  await settleOps([uploaded(id)])

  assert.deepEqual(await signOut(), { ok: true })

  assert.deepEqual(await rows.names(), [])
})

test('signing out leaves no copy and no key behind, even when the page dies in the middle', async () => {
  const { home } = await aPhone()
  const { id } = await capture(home)
  await settleOps([uploaded(id)])
  await tidyJournal()
  assert.deepEqual(await signOut(), { ok: true })
  assert.deepEqual(phoneFiles.names(''), [])

  const again = await aPhone()
  await capture(again.home)
  await db.transaction('rw', db.tables, async () => { // what the dying page had committed
    await Promise.all(db.tables.map((table) => table.clear()))
    await db.meta.put({ key: 'journal_leaves', value: true })
  })
  assert.equal(await sessionFromJournal(), null)
  await tidyJournal()
  assert.deepEqual([await db.outbox.count(), phoneFiles.names('op-')], [0, []])
})

test('records recovered without their session are still nobody else\'s', async () => {
  const { home } = await aPhone()
  await capture(home)
  await loseDatabase()
  assert.equal(await sessionFromJournal(), null) // this journal had not noted who worked here
  assert.equal(await db.outbox.count(), 1)

  const stranger = await saveSession({ deviceId: 'd', token: 't', account: OTHER })
  assert.deepEqual(stranger, { ok: false, reason: 'other_unsent', count: 1 })
  assert.deepEqual(await saveSession({ deviceId: 'd', token: 't', account: CADRE }), { ok: true })
})

test('a journal that has lost its key brings nothing back and throws nothing away', async () => {
  const { home } = await aPhone()
  const { id } = await capture(home)
  await tidyJournal()
  await loseDatabase()
  holdKey(null)
  ensureKey()

  assert.equal(await sessionFromJournal(), null)
  await tidyJournal(LATER)

  assert.deepEqual(phoneFiles.names('op-'), [`op-${id}`])
  assert.equal((await recovered()).unopened, 1)
  assert.equal(await db.outbox.count(), 0)
})

test('capture goes on while the journal is silent, and waits for it once only', async () => {
  const { homes } = await aPhone([aHousehold(), aHousehold()])
  await pauseSession('unauthorized')
  phoneFiles.isSilent = true
  const realTimeout = globalThis.setTimeout
  const waits = []
  globalThis.setTimeout = (work, ms) => {
    waits.push(ms)
    return realTimeout(work, Math.min(ms, 5))
  }

  for (const home of homes) assert.equal((await capture(home)).ok, true)

  globalThis.setTimeout = realTimeout
  assert.deepEqual(waits.filter((ms) => ms >= 1000), [4000])
  assert.equal((await worklist()).every((row) => row.state === 'on_phone'), true)
})
