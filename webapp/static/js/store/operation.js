import canonicalize from 'canonicalize'
import { db, unlessFull } from './db.js'
import { sha256 } from './ids.js'
import { dropCopies, journalOp } from './journal.js'
import { setAsidePhotos } from './photos.js'
import { takeNumbers } from './queue.js'
import { currentSession } from './session.js'
import { patchSummary } from './summary.js'

/**
 * What a person did at one door: everything of an outbox row but its number, its phone and its payload's text.
 * @typedef {{id: string, kind: 'capture.add'|'household.edit'|'response.add', subject: string, entity_id: string, base_rev: number|null,
 *   taken_at: string, title: string, photos: string[]}} Deed
 */

/**
 * Keep a deed for good: outbox entry, number, list row, the end of its draft and what else `alongside` writes, together or
 * not at all; the second copy beside it. Needs neither network nor a live session.
 * @param {Deed} deed @param {object} payload what the protocol names @param {string} draftKey
 * @param {() => Promise<unknown>} alongside inside the same transaction
 * @returns {Promise<{ok: true, id: string} | {ok: false, reason: 'quota'}>} after the commit
 */
export async function keepOperation(deed, payload, draftKey, alongside = async () => {}) {
  const frozen = await freeze(payload)
  let copy = null
  const answer = await unlessFull(() => db.transaction('rw', db.tables, async () => {
    await Promise.all([
      operation(deed, frozen).then(({ op, rescue }) => {
        copy = journalOp(op, rescue)
        return db.outbox.add(op)
      }),
      db.drafts.delete(draftKey),
      setAsideRefused(deed).then(alongside),
    ])
    await patchSummary([deed.entity_id])
    return { ok: true, id: deed.id }
  }))
  await copy
  if (!answer.ok && copy) await dropCopies([`op-${deed.id}`])
  return answer
}

/** What is signed for is this text; it is never built again. */
async function freeze(payload) {
  const payload_json = canonicalize(payload)
  return { payload_json, payload_sha256: await sha256(new TextEncoder().encode(payload_json)) }
}

async function operation(deed, frozen) {
  const [{ account, deviceId, rescue }, numbers] = await Promise.all([currentSession(), takeNumbers()])
  const state = { status: 'queued', problem: null, receipt: null, received_at: null }
  return { op: { ...deed, ...numbers, device_id: deviceId, account_id: account.id, ...frozen, ...state }, rescue }
}

/**
 * Being done again takes what was refused off the attention list. The server keeps a record it has
 * judged; one it could not even receive exists only here and goes on asking.
 */
async function setAsideRefused({ id, entity_id, subject }) {
  const ops = await db.outbox.where('entity_id').equals(entity_id).toArray()
  const earlier = ops.filter((op) => op.subject === subject && op.id !== id)
  if (!earlier.length) return
  const judged = earlier.filter((op) => op.status === 'attention' && op.problem.code !== 'too_large')
  await db.outbox.bulkPut(judged.map((op) => ({ ...op, status: 'superseded' })))
  await setAsidePhotos(earlier.flatMap((op) => op.photos))
}
