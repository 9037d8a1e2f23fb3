import { held, isStale } from './copies.js'
import { db } from './db.js'
import { dropCopies, journalOp, journalPhoto, journalSession, leaveJournal, listCopies } from './journal.js'
import { readMeta } from './meta.js'
import { recover } from './recover.js'

let running = null
let lastKnown = null

/**
 * Make journal and database agree: what the database has lost comes back, what has no copy yet gets one, copies of what
 * the server has had for three days go.
 */
export function tidyJournal(now = new Date()) {
  running ??= tidy(now).finally(() => { running = null })
  return running
}

async function tidy(now) {
  if (await leaveJournal()) lastKnown = null
  const copies = await listCopies()
  if (!copies) return
  await recover(copies)
  const known = await held(now)
  await copyMissing(known, new Map(copies.map((copy) => [copy.name, copy])))
  await dropCopies(done(copies, known))
  await noteSession(copies, known)
}

async function copyMissing({ session, ops, unsent }, copies) {
  for (const id of unsent.ops) {
    const op = ops.get(id)
    if (isStale(copies.get(`op-${id}`), op, session)) await journalOp(op, session?.rescue, true)
  }
  for (const hash of unsent.photos) {
    if (isStale(copies.get(`photo-${hash}`), null, session)) await copyPhoto(hash)
  }
}

async function copyPhoto(hash) {
  const [row, blob] = await Promise.all([db.photos.get(hash), db.blobs.get(hash)])
  if (row && blob) await journalPhoto(hash, row.type, blob.bytes, true)
}

/** But for records unknown here: a copy that does not open on this phone can still be sent as it is. */
function done(copies, { ops, wanted }) {
  const strange = copies.filter(({ header }) => header?.kind === 'op' && !ops.has(header.id))
  const stay = new Set([...wanted, ...strange.flatMap(({ name, header }) => [name, ...header.photos.map((hash) => `photo-${hash}`)])])
  return copies.map(({ name }) => name).filter((name) => !stay.has(name) && !name.startsWith('session-'))
}

/** Written before the older ones go, so that one of them is always whole. */
async function noteSession(copies, { session }) {
  const known = session && { session, numbers: await readMeta('numbers') }
  const text = JSON.stringify(known)
  const numbers = copies.filter(({ header }) => header?.kind === 'session').map(({ header }) => Number(header.id))
  if (!known || (text === lastKnown && numbers.length)) return
  if (!(await journalSession(Math.max(0, ...numbers) + 1, known))) return
  lastKnown = text
  await dropCopies(numbers.map((no) => `session-${no}`))
}
