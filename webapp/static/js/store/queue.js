import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'
import { forgetDeparted } from './merge.js'
import { retryPhotos } from './photos.js'
import { patchSummary } from './summary.js'

/**
 * One operation on its way to the server. `queued` waits, `sending` is on the wire, `uploaded` has a
 * verified receipt (with a `problem`: a person decides there what becomes of it), `attention` was refused, `superseded` was
 * refused and then done again.
 * @typedef {{id: string, no: number, device_id: string, device_seq: number, account_id: string, kind: string, entity_id: string,
 *   base_rev: number|null, taken_at: string, title: string, payload_json: string, payload_sha256: string,
 *   status: 'queued'|'sending'|'uploaded'|'attention'|'superseded', problem: {code: string, fields: string[]}|null,
 *   receipt: string|null, received_at: string|null}} Op
 */

/**
 * The next numbers; only inside the transaction that uses them, or they would get lost. `device_seq` is
 * what the server counts, `no` the order of keeping on this phone: it outlives enrolments and trusts no clock.
 */
export async function takeNumbers() {
  const { no, device_seq } = await readNumbers()
  const next = { no: no + 1, device_seq: device_seq + 1 }
  await writeMeta('numbers', next)
  return next
}

/** The highest number taken so far; the server is told with every request, so that it can name what it lacks. */
export const highestSeq = async () => (await readNumbers()).device_seq

const readNumbers = async () => (await readMeta('numbers')) ?? { no: 0, device_seq: 0 }

/** Inside the enrolling transaction: the server counts a new device from one, so what waits is numbered again. */
export async function renumberQueue(deviceId) {
  const waiting = await db.outbox.where('status').anyOf('queued', 'sending').sortBy('no')
  await db.outbox.bulkPut(waiting.map((op, index) => ({ ...op, device_id: deviceId, device_seq: index + 1 })))
  await writeMeta('numbers', { ...(await readNumbers()), device_seq: waiting.length })
}

/** @param {string[]} ids @returns {Promise<Map<string, Op>>} those there are */
export async function opsById(ids) {
  return new Map((await db.outbox.bulkGet(ids)).filter(Boolean).map((op) => [op.id, op]))
}

/** What this account may send now, oldest first, those that failed alone before at the end. */
export async function queuedOps(accountId) {
  const ops = await db.outbox.where('status').equals('queued').sortBy('no')
  const mine = ops.filter((op) => op.account_id === accountId)
  return [...mine.filter((op) => !op.problem), ...mine.filter((op) => op.problem)]
}

/** Is there anything worth a round now? What the server could not read waits for the next ordinary one. */
export async function hasFreshWork(accountId) {
  const ops = await queuedOps(accountId)
  return ops.some((op) => !op.problem) || (await db.photos.where('status').equals('queued').count()) > 0
}

/** Written before the first byte leaves, so that a killed page knows what may have arrived. */
export function markSending(ids) {
  return db.outbox.where('id').anyOf(ids).modify({ status: 'sending' })
}

/** Nothing is known of these: they wait again. @param {{code: string, fields: string[]}|null} problem */
export function putBack(ids, problem = null) {
  return db.outbox.where('id').anyOf(ids).modify({ status: 'queued', problem })
}

/** A page died while sending. Repeating is safe, the id is the key. */
export function recoverSending() {
  return db.outbox.where('status').equals('sending').modify({ status: 'queued' })
}

/**
 * Write down what the server said of each operation, and show it on the list in the same moment.
 * @param {{id: string, status: 'uploaded'|'attention'|'queued', receipt?: string, rev?: number|null,
 *   received_at?: string, problem: {code: string, fields: string[]}|null}[]} outcomes
 */
export function settleOps(outcomes) {
  return db.transaction('rw', db.tables, async () => {
    const entityIds = new Set()
    for (const { id, rev, ...change } of outcomes) {
      const op = await db.outbox.get(id)
      await db.outbox.update(id, change)
      if (change.status === 'uploaded') await noteServerRev(op, rev)
      entityIds.add(op.entity_id)
    }
    await forgetDeparted([...entityIds])
    await patchSummary([...entityIds])
  })
}

/** From this revision on the server's own row speaks for the operation. */
async function noteServerRev(op, rev) {
  const household = await db.households.get(op.entity_id)
  const table = op.kind === 'capture.add' ? db.captures : db.outbox
  await table.update(op.id, { settled_rev: rev ?? (household?.rev ?? 0) + 1 })
}

/**
 * Offer a refused operation and its refused photos again, for example after the office has put an area right.
 * @param {string} id
 */
export function retryOp(id) {
  return db.transaction('rw', db.outbox, db.meta, db.photos, async () => {
    const op = await db.outbox.get(id)
    if (op.status === 'attention') await requeue(op)
    await retryPhotos(op.photos)
  })
}

async function requeue(op) {
  const { deviceId } = await readMeta('session')
  const isCounted = op.device_id === deviceId
  const device_seq = isCounted ? op.device_seq : (await takeNumbers()).device_seq
  await db.outbox.update(op.id, { status: 'queued', problem: null, device_id: deviceId, device_seq })
}
