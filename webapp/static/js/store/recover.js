import { heldKey } from './data-key.js'
import { db } from './db.js'
import { canJournal, journaledVault, listCopies } from './journal.js'
import { readMeta, writeMeta } from './meta.js'
import { recovered } from './recovered.js'
import { readSealed, unseal } from './seal.js'
import { patchSummary } from './summary.js'

/** @type {import('./recovered.js').Recovered} */
const NOTHING = { titles: [], photos: 0, photos_lost: 0, unopened: 0 }

/** The database is open but knows nobody: is there a journal to go on from? @returns {Promise<object|null>} session */
export async function sessionFromJournal() {
  if (await readMeta('journal_leaves')) return null
  const copies = await listCopies()
  if (copies?.length) await recover(copies)
  return (await readMeta('session')) ?? null
}

/** The database does not open: begin a new one and fill it from the journal, if that can be read. */
export async function rebuild() {
  const copies = canJournal() ? await listCopies() : []
  if (!copies) return false
  db.close({ disableAutoOpen: false })
  await db.delete()
  await db.open()
  if (!(await vaultFromJournal())) await recover(copies)
  return true
}

/** The database knows of no vault: is there one to open the journal with? The rest comes back when it has been opened. */
export async function vaultFromJournal() {
  if (!canJournal() || (await readMeta('journal_leaves'))) return false
  const record = readable(await journaledVault())
  if (record) await writeMeta('vault', record)
  return Boolean(record)
}

function readable(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null // the page died over the first writing: no record is sealed with it yet
  }
}

/** Bring back every record that has a copy and no row, and before that who worked here, if nobody is known. */
export async function recover(copies) {
  const key = heldKey()
  const whole = copies.filter((copy) => copy.header)
  const files = new Map(whole.map((copy) => [copy.name, copy]))
  await recoverSession(whole, key)
  const outcome = { ...NOTHING, titles: [] }
  for (const copy of await missing(whole)) await recoverOp(copy, files, key, outcome)
  await note(outcome)
}

async function missing(copies) {
  const ops = copies.filter(({ header }) => header.kind === 'op')
  const rows = new Set(await db.outbox.where('id').anyOf(ops.map(({ header }) => header.id)).primaryKeys())
  return ops.filter(({ header }) => !rows.has(header.id)).sort((a, b) => a.header.device_seq - b.header.device_seq)
}

async function recoverSession(copies, key) {
  if (await readMeta('session')) return
  const newest = copies.filter(({ header }) => header.kind === 'session').sort((a, b) => b.header.id - a.header.id)
  for (const copy of newest) {
    const known = await openJson(copy, key)
    if (known) return db.transaction('rw', db.meta, async () => {
      await writeMeta('session', known.session)
      if (known.numbers) await raiseNumbers(known.numbers)
    })
  }
}

async function recoverOp(copy, files, key, outcome) {
  const op = await openJson(copy, key)
  if (!op) {
    outcome.unopened += 1
    return
  }
  const photos = await openPhotos(op, files, key)
  if (await keepRecovered(op, photos)) {
    outcome.titles.push(op.title)
    outcome.photos += photos.length
    outcome.photos_lost += op.photos.length - photos.length
  }
}

async function openJson(copy, key) {
  const bytes = await openCopy(copy, key)
  return bytes && JSON.parse(new TextDecoder().decode(bytes))
}

/** Null when it does not open: another key, or damaged. */
async function openCopy({ file }, key) {
  if (!key) return null
  const { header, body } = (await readSealed(file)) ?? {}
  return header?.phone ? unseal(header, await body.arrayBuffer(), key).catch(() => null) : null
}

async function openPhotos(op, files, key) {
  const photos = []
  const payload = JSON.parse(op.payload_json)
  for (const as_taken of payload.photos ?? payload.files ?? []) {
    const copy = files.get(`photo-${as_taken.sha256}`)
    const bytes = copy && (await openCopy(copy, key))
    if (bytes) photos.push({ as_taken, bytes, type: copy.header.type })
  }
  return photos
}

/** All of it or nothing, and not if it is there after all: the page may just have been saving it. */
function keepRecovered({ secret, ...op }, photos) {
  return db.transaction('rw', db.tables, async () => {
    if (await db.outbox.get(op.id)) return false
    const { entity_id, subject } = op
    await keepRecord(op, JSON.parse(op.payload_json))
    await db.outbox.add({ ...op, ...(await freeNumbers(op)), status: 'queued', problem: null, receipt: null, received_at: null })
    for (const photo of photos) await keepRecoveredPhoto(photo)
    await db.drafts.delete(`${subject}:${entity_id}`)
    await patchSummary([entity_id])
    return true
  })
}

/** What a page shows beside the outbox row. */
async function keepRecord({ id, kind, entity_id, taken_at, form_title: title }, payload) {
  if (kind === 'capture.add') await db.captures.put({ id, entity_id, taken_at, settled_rev: null, ...payload })
  if (kind === 'response.add') await db.responses.put({ id, entity_id, taken_at, title, ...payload })
}

async function keepRecoveredPhoto({ as_taken, bytes, type }) {
  const { sha256, bytes: size } = as_taken
  await db.blobs.put({ sha256, bytes })
  if (await db.photos.get(sha256)) return
  await db.photos.add({ sha256, type, size, as_taken, draft_keys: [], status: 'queued', tried: true, receipt: null, problem: null })
}

/** Its own number, unless a later record was given it meanwhile. */
async function freeNumbers({ no, device_seq, device_id }) {
  const rows = await db.outbox.toArray()
  const isTaken = rows.some((row) => row.no === no || (row.device_id === device_id && row.device_seq === device_seq))
  if (!isTaken) {
    await raiseNumbers({ no, device_seq })
    return { no, device_seq }
  }
  const known = await readMeta('numbers')
  const next = { no: known.no + 1, device_seq: known.device_seq + 1 }
  await writeMeta('numbers', next)
  return next
}

async function raiseNumbers({ no, device_seq }) {
  const known = (await readMeta('numbers')) ?? { no: 0, device_seq: 0 }
  await writeMeta('numbers', { no: Math.max(no, known.no), device_seq: Math.max(device_seq, known.device_seq) })
}

function note(outcome) {
  return db.transaction('rw', db.meta, async () => {
    const before = (await recovered()) ?? NOTHING
    const told = (await readMeta('unopened')) ?? 0
    if (outcome.unopened !== told) await writeMeta('unopened', outcome.unopened)
    if (!outcome.titles.length && outcome.unopened <= told) return
    await writeMeta('recovered', {
      titles: [...before.titles, ...outcome.titles], photos: before.photos + outcome.photos,
      photos_lost: before.photos_lost + outcome.photos_lost, unopened: outcome.unopened,
    })
    await writeMeta('sealed_first', true)
  })
}
