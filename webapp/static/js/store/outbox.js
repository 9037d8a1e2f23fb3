import { liveQuery } from 'dexie'
import { conflictStates } from './conflicts.js'
import { db } from './db.js'
import { editedFields } from './edited.js'
import { deletePhotos, sentPhotos } from './photos.js'

const ON_PHONE_ONLY = ['queued', 'sending', 'attention']
const RECEIPT_DAYS = 30
const DAY_MS = 86_400_000

/**
 * @typedef {{id: string, entityId: string, subject: string, title: string, kind: string, taken_at: string,
 *   state: 'queued'|'sending'|'uploaded'|'attention', problem: {code: string, fields: string[]}|null,
 *   receipt: string|null, received_at: string|null, photos: {total: number, sent: number}, fields: string[],
 *   about: string|null, formTitle: string, dispute: 'open'|'decided'|null}} OutboxItem fields: those of an edit; about, formTitle: of answers; dispute: with what others said, and a person decides
 * @typedef {{items: OutboxItem[], counts: {queued: number, attention: number, photos: number}}} OutboxView
 */

/** Operations and photos that exist only on this phone. */
export async function unsentCount() {
  const { records, photos } = await unsentCounts()
  return records + photos
}

/** The same apart, by the indexes alone: also while the vault is locked. */
export async function unsentCounts() {
  const [records, photos] = await Promise.all([countOnly(db.outbox), countOnly(db.photos)])
  return { records, photos }
}

/** Which those are. @returns {Promise<{records: string[], photos: string[]}>} */
export async function unsentKeys() {
  const [records, photos] = await Promise.all([db.outbox, db.photos].map((table) => table.where('status').anyOf(ON_PHONE_ONLY).primaryKeys()))
  return { records, photos }
}

async function countOnly(table) {
  const counts = await Promise.all(ON_PHONE_ONLY.map((status) => table.where('status').equals(status).count()))
  return counts.reduce((sum, count) => sum + count)
}

/** Operations and photos that are nowhere else: the server keeps what it refused, unless it could not even read it. */
export async function onlyHereCount() {
  const ops = await db.outbox.where('status').anyOf(ON_PHONE_ONLY).filter((op) => op.status !== 'attention' || !isKeptThere(op)).count()
  return ops + (await unsentPhotoCount())
}

const isKeptThere = ({ problem: { code, fields } }) => code !== 'too_large'
  && (code !== 'invalid_payload' || fields.every((field) => field.startsWith('payload.')))

/** Records of other people that exist only on this phone. */
export function othersUnsentCount(accountId) {
  return db.outbox.where('status').anyOf(ON_PHONE_ONLY).filter((op) => op.account_id !== accountId).count()
}

const unsentPhotoCount = () => countOnly(db.photos)

/** Those of the given entities that something unsent hangs on. @returns {Promise<Set<string>>} */
export async function heldEntities(entityIds) {
  const ops = await db.outbox.where('entity_id').anyOf(entityIds).toArray()
  return new Set(ops.filter((op) => ON_PHONE_ONLY.includes(op.status)).map((op) => op.entity_id))
}

/**
 * The 待上传 page, newest first; called again after every change.
 * @param {(view: OutboxView) => void} callback
 * @returns {() => void} stop watching
 */
export function watchOutbox(callback) {
  const watch = liveQuery(outboxView).subscribe(callback)
  return () => watch.unsubscribe()
}

async function outboxView() {
  const [ops, sent, stuck, disputes] = await Promise.all([
    db.outbox.orderBy('no').reverse().toArray(), sentPhotos(), stuckPhotos(), conflictStates(),
  ])
  const items = ops.map((op) => ({ ...outboxItem(op, sent, stuck), fields: editedFields(op), dispute: dispute(op, disputes) }))
    .filter(({ state }) => state !== 'superseded')
  const count = (...states) => items.filter((item) => states.includes(item.state)).length
  return {
    items,
    counts: { queued: count('queued', 'sending'), attention: count('attention'), photos: await unsentPhotoCount() },
  }
}

/** Refused photos and why. */
async function stuckPhotos() {
  const stuck = new Map()
  await db.photos.where('status').equals('attention').each(({ sha256, problem }) => stuck.set(sha256, problem))
  return stuck
}

/** A record whose photo was refused asks for attention as one that was refused itself, also when another one has taken its place. */
function outboxItem(op, sent, stuck) {
  const stuckPhoto = ['uploaded', 'superseded'].includes(op.status) ? op.photos.find((hash) => stuck.has(hash)) : undefined
  return {
    id: op.id, entityId: op.entity_id, subject: op.subject, about: op.about ?? null, title: op.title, formTitle: op.form_title ?? '', kind: op.kind,
    taken_at: op.taken_at,
    state: stuckPhoto ? 'attention' : op.status, problem: stuckPhoto ? stuck.get(stuckPhoto) : op.problem,
    receipt: op.receipt, received_at: op.received_at,
    photos: { total: op.photos.length, sent: op.photos.filter((hash) => sent.has(hash)).length },
  }
}

/** Until the pull tells of it, the verdict does. */
function dispute({ id, status, problem }, states) {
  if (status !== 'uploaded' || !problem) return null
  const told = states.get(id) ?? ['open']
  return ['open', 'decided'].find((state) => told.includes(state)) ?? null
}

/** Receipts are kept for a month; a record whose photo still waits keeps everything, and answers may still be returned. */
export function trimReceipts(now = new Date()) {
  const before = new Date(now - RECEIPT_DAYS * DAY_MS).toISOString()
  return db.transaction('rw', db.tables, async () => {
    const old = await db.outbox.where('status').equals('uploaded').filter((op) => op.received_at < before).toArray()
    const sent = await sentPhotos()
    const whole = old.filter((op) => op.photos.every((hash) => sent.has(hash)))
    const ids = whole.map((op) => op.id)
    await Promise.all([db.outbox.bulkDelete(ids), db.captures.bulkDelete(ids), db.responses.bulkDelete(await judgedAnswers(ids)), dropSharedBy(whole)])
  })
}

/** Answers stay while they may be returned to be corrected. */
async function judgedAnswers(ids) {
  const answers = (await db.responses.bulkGet(ids)).filter(Boolean)
  const rows = await db.households.bulkGet(answers.map((answer) => answer.entity_id))
  const isOpen = ({ id }, row) => row?.data.responses?.some((known) => known.id === id && known.state !== 'accepted')
  return answers.filter((answer, index) => !isOpen(answer, rows[index])).map(({ id }) => id)
}

async function dropSharedBy(ops) {
  const leaving = new Set(ops.map((op) => op.id))
  const staying = await db.outbox.filter((op) => !leaving.has(op.id)).toArray()
  const needed = new Set(staying.flatMap((op) => op.photos))
  await deletePhotos(ops.flatMap((op) => op.photos).filter((hash) => !needed.has(hash)))
}
