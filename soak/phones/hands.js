/** What the person with the phone does, one step at a time, with the app's own functions. */
import { db, openStore } from '../../webapp/static/js/store/db.js'
import { retryOp } from '../../webapp/static/js/store/queue.js'
import { currentSession, signOut } from '../../webapp/static/js/store/session.js'
import { unsentCount } from '../../webapp/static/js/store/outbox.js'
import { dropUnclosed, unlock, vaultState } from '../../webapp/static/js/store/vault.js'
import { setSecret } from '../../webapp/static/js/store/vault-secret.js'
import { pullChanges } from '../../webapp/static/js/sync/api.js'
import { enrol } from '../../webapp/static/js/sync/enrol.js'
import { startSync, syncNow, syncState } from '../../webapp/static/js/sync/engine.js'
import { really } from './clock.js'
import { WORK } from './visits.js'

const LOOK_MS = 40
const PIN = '258036'
/** Fifty phones share this processor: a try that is dear in the field would be dear fifty times here. */
const cheap = async () => ({ name: 'pbkdf2', salt: '00', iterations: 1 })
const STEPS = { open, visit, recall, network, jump, rest, signIn, signOut, stranger, heal, drain, news, show }

export const perform = (step, given, phone) => STEPS[step](given, phone)

async function open() {
  await openStore()
  if ((await vaultState()) === 'locked') await unlock(PIN)
  else await dropUnclosed()
  startSync()
}

/** @returns {Promise<{hash: string, account: string}|null>} what the phone has kept when it shows 已保存 */
async function visit({ visit }, { tell }) {
  let id = null
  const isSaved = await WORK[visit.kind](visit, (intended) => {
    id = intended.id
    tell({ intended })
  })
  return isSaved ? recall({ id }) : null
}

/** Is it on the list of what was kept? */
async function recall({ id }) {
  const op = await db.outbox.get(id)
  return op ? { hash: op.payload_sha256, account: op.account_id } : null
}

async function network({ on }, { line }) {
  line.open = on
  if (on) window.dispatchEvent(new Event('online'))
}

async function jump({ ms }, { clock }) {
  clock.jumpMs = ms
}

/** Look at the screen until nothing waits any more, or until patience ends. */
async function rest({ forMs }) {
  const until = performance.now() + forMs
  while (performance.now() < until && (await waiting()) && syncState().phase !== 'paused') await really(LOOK_MS)
  return state()
}

async function state() {
  const session = await currentSession()
  return { waiting: await waiting(), unsent: await unsentCount(), session: session?.status ?? 'none', phase: syncState().phase }
}

async function waiting() {
  const ops = await db.outbox.where('status').anyOf('queued', 'sending').count()
  return ops + (await db.photos.where('status').equals('queued').count())
}

async function signIn({ username, password, label }) {
  const answer = await enrol({ username, password, label })
  if ((await vaultState()) === 'unset') await setSecret(PIN, cheap)
  return answer
}

/** Somebody else takes the phone into their hands. */
async function stranger({ username, password, label }) {
  const unsent = await unsentCount()
  const answer = await signIn({ username, password, label })
  return { ...answer, unsent, account: (await currentSession())?.account.username ?? null }
}

async function heal(_, { line }) {
  Object.assign(line, { open: true, whole: true, burst: 0 })
  await line.settled()
}

/** Press what a person presses at the end of the day: offer again what was refused, and send. */
async function drain({ forMs }) {
  const refused = await db.outbox.where('status').equals('attention').toArray()
  const photos = await db.photos.where('status').equals('attention').primaryKeys()
  const stuck = await db.outbox.filter((op) => op.photos.some((hash) => photos.includes(hash))).toArray()
  for (const { id } of [...refused, ...stuck]) await retryOp(id)
  await syncNow()
  return rest({ forMs })
}

/** One whole round from now on: the one that may be running has perhaps asked already. */
async function news() {
  await syncNow()
  await syncNow()
  return state()
}

/** Everything the phone says of itself, and whether it holds what the server would send to an empty one. */
async function show() {
  const ops = (await db.outbox.toArray()).map(({ id, status, receipt, problem }) => ({ id, status, receipt, problem }))
  const photos = (await db.photos.toArray()).map(({ sha256, status, receipt, problem }) => ({ sha256, status, receipt, problem }))
  return { ops, photos, stale: await staleRows() }
}

async function staleRows() {
  const { token } = await currentSession()
  const theirs = new Map()
  for (let cursor = '', more = true; more;) {
    const page = await answered(() => pullChanges(token, cursor, 500))
    const kept = page.changes.filter(({ kind }) => ['area', 'household'].includes(kind))
    kept.forEach(({ id, rev, deleted }) => (deleted ? theirs.delete(id) : theirs.set(id, rev)))
    ;({ cursor, more } = page)
  }
  const ours = new Map([...(await db.areas.toArray()), ...(await db.households.toArray())].map(({ id, rev }) => [id, rev]))
  const ids = new Set([...theirs.keys(), ...ours.keys()])
  return [...ids].filter((id) => ours.get(id) !== theirs.get(id)).map((id) => ({ id, ours: ours.get(id), theirs: theirs.get(id) }))
}

/** Fifty phones ask at once, and theirs are short minutes: a page may be late. */
async function answered(ask) {
  for (;;) {
    const { ok, data } = await ask()
    if (ok) return data
    await really(LOOK_MS)
  }
}
