import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { VaultLocked, ensureKey, heldKey, holdKey } from '../../../webapp/static/js/store/data-key.js'
import { db } from '../../../webapp/static/js/store/db.js'
import { saveDraft } from '../../../webapp/static/js/store/drafts.js'
import { applyChanges } from '../../../webapp/static/js/store/merge.js'
import { readMeta, writeMeta } from '../../../webapp/static/js/store/meta.js'
import { unsentCount } from '../../../webapp/static/js/store/outbox.js'
import { rebuild, sessionFromJournal, vaultFromJournal } from '../../../webapp/static/js/store/recover.js'
import { currentSession, saveSession, signOut } from '../../../webapp/static/js/store/session.js'
import { tries } from '../../../webapp/static/js/store/tries.js'
import { dropUnclosed, unlock, vaultState } from '../../../webapp/static/js/store/vault.js'
import { changeSecret, setSecret } from '../../../webapp/static/js/store/vault-secret.js'
import { weakness } from '../../../webapp/static/js/store/weak-secret.js'
import { tidyJournal } from '../../../webapp/static/js/store/tidy.js'
import { wipe } from '../../../webapp/static/js/store/wipe.js'
import { phoneFiles } from './fake-files.js'
import { CADRE, OTHER, aHousehold, aPhoto, capture, change, draftKey, emptyPhone, everything, phoneWith, worklist } from './phone.js'

const PIN = '258036'
const NEXT = '470986'
/** Quick enough for tests; what a try costs on a phone is kdf.test.js. */
const cheap = async () => ({ name: 'pbkdf2', salt: '0011', iterations: 2 })
const HOME = { head: '和丽江', pinyin: 'helijiang', address: '青阳上村七号', phone: '13987654321', group_name: '青阳一组' }
const SECRETS = ['和丽江', 'helijiang', '青阳上村', '13987654321', '青阳一组', '赵敏', 'hd1.secret-token', '门口有狗', '核桃树下', 'DOOR PICTURE', '25.11987']

beforeEach(() => phoneFiles.reset())

/** A phone at work: everything that may hold a name has been written. */
async function aBusyPhone({ closed = true } = {}) {
  const [home, other] = [aHousehold(HOME), aHousehold()]
  await emptyPhone()
  await saveSession({ deviceId: 'd1', token: 'hd1.secret-token', account: CADRE })
  await applyChanges([home, other].map(change).concat({ kind: 'area', id: 'area', rev: 1, deleted: false, data: { code: '5305', name: '青阳一组' } }), 'start')
  const photo = await aPhoto(home, 'DOOR PICTURE')
  await capture(home, { photos: [photo], note: '核桃树下', estimate: { lon: 99.17654, lat: 25.11987, accuracy_m: 5 } })
  await aPhoto(other, 'DRAFTED PICTURE')
  await saveDraft(draftKey(other), { note: '门口有狗', photos: [] })
  if (closed) await setSecret(PIN, cheap)
  return home
}

/** The app is killed and opened again. */
async function reopen() {
  db.close()
  holdKey(null)
  await db.open()
}

/** Every row as it lies on the disk. */
function rawRows(change = () => {}) {
  return new Promise((resolve) => {
    indexedDB.open('hetu').onsuccess = ({ target: { result: raw } }) => {
      const names = [...raw.objectStoreNames]
      const moving = raw.transaction(names, 'readwrite')
      const found = {}
      for (const name of names) {
        const store = moving.objectStore(name)
        store.getAll().onsuccess = ({ target }) => {
          found[name] = target.result
          change(name, target.result, store)
        }
      }
      moving.oncomplete = () => {
        raw.close()
        resolve(found)
      }
    }
  })
}

/** All text in them, also inside of buffers. */
function textOf(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return Buffer.from(value.buffer ?? value).toString()
  if (value instanceof Map) return textOf([...value])
  if (value && typeof value === 'object') return Object.entries(value).map(([name, inner]) => `${name} ${textOf(inner)}`).join(' ')
  return String(value)
}

test('of names, addresses, positions, notes, photos and tokens nothing lies on the disk as it is', async () => {
  await aBusyPhone()
  const lying = textOf(await rawRows())
  assert.deepEqual(SECRETS.filter((secret) => lying.includes(secret)), [])
})

test('the search finds what is not sealed', async () => {
  await aBusyPhone()
  await rawRows((name, rows, store) => name === 'drafts' && store.put({ key: 'x', draft: { note: '核桃树下' } }))
  const lying = textOf(await rawRows())
  assert.deepEqual(SECRETS.filter((secret) => lying.includes(secret)), ['核桃树下'])
})

test('a closed app opens with the secret and shows everything as it was', async () => {
  const home = await aBusyPhone()
  const before = await everything()
  await reopen()
  assert.equal(await vaultState(), 'locked')
  await assert.rejects(currentSession(), VaultLocked)
  await assert.rejects(() => db.outbox.toArray(), VaultLocked)
  await assert.rejects(() => saveDraft(draftKey(home), { note: 'x' }), VaultLocked)
  assert.equal(await unsentCount(), 2) // a record and its photo

  assert.deepEqual(await unlock(PIN), { ok: true })

  assert.deepEqual(await everything(), before)
  assert.equal((await worklist()).find(({ id }) => id === home.id).head, '和丽江')
})

test('a row in the place of another does not open, nor does a changed one', async () => {
  await aBusyPhone()
  await rawRows((name, rows, store) => {
    if (name !== 'households') return
    const [first, second] = rows
    store.put({ ...first, sealed: second.sealed })
  })
  await reopen()
  await unlock(PIN)
  await assert.rejects(() => db.households.toArray(), /tag/)

  await aBusyPhone()
  await rawRows((name, [row], store) => name === 'captures' && store.put({ ...row, sealed: row.sealed.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) }))
  await reopen()
  await unlock(PIN)
  await assert.rejects(() => db.captures.toArray(), /tag/)
})

test('the same row is never sealed twice alike', async () => {
  await aBusyPhone()
  const [{ sealed: first }] = (await rawRows()).captures
  await db.captures.bulkPut(await db.captures.toArray())
  const [{ sealed: second }] = (await rawRows()).captures
  assert.notDeepEqual(first, second)
})

test('four wrong ones cost nothing, the fifth thirty seconds, then twice as long each time and an hour after ten', async () => {
  await aBusyPhone()
  await reopen()
  let now = 1_000_000
  const waits = []
  for (let no = 1; no <= 11; no += 1) {
    const answer = await unlock('999999', () => now)
    assert.equal(answer.reason, 'wrong')
    waits.push(answer.until && (answer.until - now) / 1000)
    now = Math.max(now, answer.until)
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 3600, 3600])

  assert.deepEqual(await unlock(PIN, () => now), { ok: true })
  assert.deepEqual((await tries(now)).free, 5)
})

test('while it has to wait even the right one is not tried, also after the app was opened anew', async () => {
  await aBusyPhone()
  await reopen()
  const now = () => 1_000_000
  for (let no = 1; no <= 5; no += 1) await unlock('999999', now)
  await reopen()

  const answer = await unlock(PIN, now)

  assert.deepEqual([answer.ok, answer.reason, answer.until], [false, 'wait', 1_030_000])
  assert.deepEqual(await unlock(PIN, () => 1_030_000), { ok: true })
})

test('a try counts even if the app is killed before it was judged', async () => {
  await aBusyPhone()
  await reopen()
  const judging = unlock('999999', () => 1_000_000)
  while (!(await readMeta('vault_tries'))) await new Promise(setImmediate)
  assert.equal((await tries(1_000_000)).free, 4)
  await judging
})

test('a clock put back makes nobody wait longer than the wait', async () => {
  await aBusyPhone()
  await reopen()
  for (let no = 1; no <= 5; no += 1) await unlock('999999', () => 9_000_000)
  assert.equal((await tries(1_000_000)).until, 1_030_000)
  assert.deepEqual(await unlock(PIN, () => 1_030_000), { ok: true })
})

test('rows of an app from before there was a vault are sealed when the secret is chosen', async () => {
  const before = await anOlderPhone()
  assert.equal(await vaultState(), 'unset')
  await setSecret(PIN, cheap)
  const lying = textOf(await rawRows())
  assert.deepEqual(SECRETS.filter((secret) => lying.includes(secret)), [])
  assert.deepEqual(await rowsOf(), before)
})

test('killed in the middle of sealing older rows nothing is lost, and the rest is sealed after the next unlocking', async () => {
  const before = await anOlderPhone()
  const killed = new Error('killed')
  const stop = killOver('outbox', killed)
  await assert.rejects(setSecret(PIN, cheap), killed)
  stop()
  const half = await rawRows()
  assert.equal(textOf(half.households).includes('和丽江'), false)
  assert.equal(textOf(half.outbox).includes('核桃树下'), true)

  await reopen()
  assert.equal(await vaultState(), 'locked')
  assert.deepEqual(await unlock(PIN), { ok: true })

  assert.deepEqual(await rowsOf(), before)
  const lying = textOf(await rawRows())
  assert.deepEqual(SECRETS.filter((secret) => lying.includes(secret)), [])
})

/** What a phone keeps apart from the vault's own record. */
async function rowsOf() {
  const { meta, ...tables } = await everything()
  return { ...tables, meta: meta.filter(({ key }) => !key.startsWith('vault')) }
}

/** The rows of a busy phone, lying there as they are. */
async function anOlderPhone() {
  await aBusyPhone({ closed: false })
  const before = await rowsOf()
  const rows = await everything()
  await rawRows((name, _, store) => rows[name].forEach((row) => store.put(row)))
  await reopen()
  return before
}

function killOver(tableName, error) {
  const middleware = {
    stack: 'dbcore', name: 'killed', level: -1.5, create: (core) => ({
      ...core, table: (name) => {
        const table = core.table(name)
        return name === tableName ? { ...table, mutate: () => Promise.reject(error) } : table
      },
    }),
  }
  db.close()
  db.use(middleware)
  db.open()
  return () => {
    db.close()
    db.unuse(middleware)
  }
}

test('who signs in and is killed before a secret was chosen starts anew, and nothing readable is left', async () => {
  await phoneWith([aHousehold(HOME)])
  await reopen()
  assert.equal(await vaultState(), 'unset')

  await dropUnclosed()

  assert.equal(await currentSession(), null)
  assert.equal(await db.households.count(), 0)
})

test('an older phone that has chosen no secret yet keeps all it has', async () => {
  const before = await anOlderPhone()
  await dropUnclosed()
  assert.deepEqual(await rowsOf(), before)
})

test('another secret opens what was there; the old one no longer does', async () => {
  const home = await aBusyPhone()
  assert.equal((await changeSecret('999999', NEXT, cheap)).reason, 'wrong')
  assert.deepEqual(await changeSecret(PIN, NEXT, cheap), { ok: true })
  await reopen()
  assert.equal((await unlock(PIN)).reason, 'wrong')
  assert.deepEqual(await unlock(NEXT), { ok: true })
  assert.ok(await db.households.get(home.id))
})

test('whoever comes next has another key, and a wiping that fails keeps the old one', async () => {
  await phoneWith([aHousehold(HOME)])
  await setSecret(PIN, cheap)
  const first = heldKey()
  await assert.rejects(db.transaction('rw', db.tables, async () => {
    await wipe()
    throw new Error('the disk went away')
  }))
  await new Promise(setImmediate) // Dexie tells of a failure a moment before the transaction has ended
  assert.equal(heldKey(), first)

  await saveSession({ deviceId: 'd2', token: 't2', account: OTHER })

  assert.notDeepEqual(heldKey(), first)
  assert.equal(await vaultState(), 'unset')
})

test('signing out leaves no vault behind', async () => {
  await phoneWith([aHousehold(HOME)])
  await setSecret(PIN, cheap)
  assert.deepEqual(phoneFiles.names('vault'), ['vault'])
  assert.deepEqual(await signOut(), { ok: true })
  assert.equal(await vaultState(), 'unset')
  assert.deepEqual(phoneFiles.names(''), [])
})

test('with the database gone the same secret opens the second copies', async () => {
  await aBusyPhone()
  await tidyJournal()
  const session = await currentSession()
  const ops = await db.outbox.toArray()
  await db.delete()
  await db.open()
  holdKey(null)

  assert.equal(await vaultFromJournal(), true)
  assert.equal(await vaultState(), 'locked')
  assert.deepEqual(await unlock(PIN), { ok: true })
  assert.deepEqual(await sessionFromJournal(), session)
  assert.deepEqual(await db.outbox.toArray(), ops)
})

test('a database built anew waits for the secret before it takes its records back', async () => {
  await aBusyPhone()
  await tidyJournal()
  const session = await currentSession()
  holdKey(null)

  assert.equal(await rebuild(), true)

  assert.equal(await vaultState(), 'locked')
  await unlock(PIN)
  assert.deepEqual(await sessionFromJournal(), session)
  assert.equal(await db.outbox.count(), 1)
})

test('what cannot be sealed whole is refused, not shortened', async () => {
  await emptyPhone()
  ensureKey()
  await assert.rejects(() => writeMeta('odd', new Blob(['x'])), TypeError)
})

const WEAK = [
  ['25803', 'short'], ['888888', 'alike'], ['121212', 'alike'], ['123456', 'run'], ['654321', 'run'], ['890123', 'run'],
  ['801231', 'date'], ['311280', 'date'], ['19801231', 'date'], ['147258', 'common'], ['25803x', 'digits'], ['258036', null], ['470986', null],
]
for (const [secret, reason] of WEAK) {
  test(`as a PIN ${secret} is ${reason ?? 'good enough'}`, () => {
    assert.equal(weakness(secret, { kind: 'pin', min_length: 6 }), reason)
  })
}

test('a passphrase is measured in signs, not in bytes', () => {
  const policy = { kind: 'passphrase', min_length: 10 }
  assert.equal(weakness('青阳核桃', policy), 'short')
  assert.equal(weakness('青阳核桃树下有狗在叫', policy), null)
})
