import Dexie from 'dexie'
import { heldKey } from './data-key.js'
import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'

/**
 * The second copy of what only this phone has: each kept record and photo, sealed, beside the database. Losing
 * the journal costs nothing, so nothing here rejects: no journal and a silent one both answer null.
 */
const PATIENCE_MS = 4000
const LONG_MS = 120_000
const jobs = new Map()
let lastJob = 0
let worker = null
/** It did not answer once: nobody waits for it again until it has. */
let silent = false

/** Does this browser have what a journal needs? */
export const canJournal = () => typeof Worker !== 'undefined'

/** Something is about to be kept: a worker that has to start first would make the person wait. */
export const wakeJournal = () => ask('wake')

/** The vault's record, for the day the database is lost. @param {string} record as JSON */
export const journalVault = (record) => ask('keepVault', { record })

/** @returns {Promise<string|null>} */
export const journaledVault = () => ask('vault')

/** A record as its outbox row is; callable inside a transaction, which does not wait. @returns {Promise<boolean>} */
export function journalOp(op, rescue, again = false) {
  const { plain, bytes, server } = sealable(op, rescue)
  return Dexie.ignoreTransaction(() => keep(plain, bytes, server, again))
}

/** What of a record may be read without opening it, and what is sealed: the row and the secret that proves its phone. */
export function sealable(op, rescue) {
  const { id, device_id, device_seq, payload_sha256, photos } = op
  const server = serverKey(rescue, device_id)
  const bytes = new TextEncoder().encode(JSON.stringify({ ...op, secret: server?.secret })).buffer
  return { plain: { kind: 'op', id, device_id, device_seq, payload_sha256, photos }, bytes, server }
}

/** @param {string} sha256 @param {string} type @param {ArrayBuffer} bytes @returns {Promise<boolean>} */
export async function journalPhoto(sha256, type, bytes, again = false) {
  if (!canJournal()) return false
  const session = await readMeta('session')
  return keep({ kind: 'photo', id: sha256, type, size: bytes.byteLength }, bytes, serverKey(session?.rescue, session?.deviceId), again)
}

/** Who works here and how far the numbers are: for this phone alone. The newest one counts. */
export function journalSession(no, known) {
  const bytes = new TextEncoder().encode(JSON.stringify(known)).buffer
  return keep({ kind: 'session', id: String(no) }, bytes, null)
}

/** A phone that has been given another identity waits for the secret of that one. */
export const serverKey = (rescue, deviceId) => (rescue?.device_id === deviceId ? rescue : null)

/** Inside the wiping transaction: whoever leaves takes the copies along, even if the page dies before they are gone. */
export const markLeaving = () => canJournal() && writeMeta('journal_leaves', true)

/** @returns {Promise<boolean>} true while there was something to take along */
export async function leaveJournal() {
  if (!(await readMeta('journal_leaves'))) return false
  if ((await clearJournal()) !== null) await db.meta.delete('journal_leaves')
  return true
}

async function keep(plain, bytes, server, again = false) {
  const key = heldKey() // while it is locked, copies open on the server only
  if (!key && !server) return false
  return (await ask('keep', { plain, bytes, keys: { server, phoneKey: key }, again })) === true
}

/** @returns {Promise<{name: string, file: Blob, header: object|null}[]|null>} header is null where a file is not whole */
export const listCopies = () => ask('list', {}, LONG_MS)

/** @param {string[]} names as listCopies gives them */
export const dropCopies = (names) => ask('drop', { names }, LONG_MS)

/** Can copies be written on this phone, really? Also before anybody has signed in. @returns {Promise<boolean>} */
export async function tryJournal() {
  const keys = { phoneKey: crypto.getRandomValues(new Uint8Array(32)) }
  const kept = await ask('keep', { plain: { kind: 'trial', id: '1' }, bytes: new ArrayBuffer(8), keys, again: true })
  await dropCopies(['trial-1'])
  return kept === true
}

export const clearJournal = () => ask('clear', {}, LONG_MS)

function ask(task, given = {}, patienceMs = silent ? 0 : PATIENCE_MS) {
  if (!canJournal()) return Promise.resolve(null)
  worker ??= openWorker()
  const job = ++lastJob
  return new Promise((resolve) => {
    const patience = setTimeout(() => {
      silent = true
      resolve(null)
    }, patienceMs)
    jobs.set(job, (answer) => {
      clearTimeout(patience)
      resolve(answer)
    })
    worker.postMessage({ job, task, given })
  })
}

function openWorker() {
  const opened = new Worker(new URL('./journal-worker.js', import.meta.url), { type: 'module' })
  opened.onmessage = ({ data }) => finish(data)
  // some browsers know workers but no modules inside them, and say so only here
  opened.onerror = () => jobs.forEach((_, job) => finish({ job, trouble: 'worker' }))
  return opened
}

function finish({ job, answer = true, trouble = null }) {
  if (trouble) console.warn('journal', trouble)
  silent = false
  jobs.get(job)?.(trouble ? null : answer)
  jobs.delete(job)
}
