import { db } from './db.js'

/**
 * A capture made on this phone, with where its operation stands.
 * @typedef {import('./captures.js').CaptureInput & {id: string, taken_at: string, settled_rev: number|null,
 *   status: import('./queue.js').Op['status'], problem: {code: string, fields: string[]}|null,
 *   receipt: string|null, received_at: string|null}} OwnCapture
 */

/** Own captures by entity, oldest first. @returns {Promise<Map<string, OwnCapture[]>>} */
export async function ownCaptures(entityIds) {
  const captures = await db.captures.where('entity_id').anyOf(entityIds).toArray()
  const ops = await db.outbox.bulkGet(captures.map((capture) => capture.id))
  const joined = captures.map((capture, index) => withOp(capture, ops[index])).sort((a, b) => a.no - b.no)
  const byEntity = new Map(entityIds.map((id) => [id, []]))
  joined.forEach((capture) => byEntity.get(capture.entity_id).push(capture))
  return byEntity
}

function withOp(capture, { no, status, problem, receipt, received_at }) {
  return { ...capture, no, status, problem, receipt, received_at }
}

/** The newest own capture the server's row does not speak of yet. @returns {OwnCapture|null} */
export function aheadOfServer(own, serverCapture, serverRev) {
  const latest = own.at(-1)
  if (!latest || latest.id === serverCapture?.id) return null
  const settled = latest.settled_rev !== null && serverRev >= latest.settled_rev
  return settled ? null : latest
}

/** How a capture of this phone shows until the server's row includes it. @param {OwnCapture} capture */
export function localState({ status, exception }) {
  if (status !== 'uploaded') return 'on_phone'
  return exception ? 'excepted' : 'uploaded'
}

/**
 * What everybody knows of a household plus what only this phone knows.
 * @param {{rev: number, data: object}} household
 * @param {OwnCapture[]} own
 */
export function overlay({ rev, data }, own) {
  const ahead = aheadOfServer(own, data.capture, rev)
  const shown = ahead ?? data.capture
  const known = shown?.lon === null || !shown ? data.previous : shown
  return {
    state: ahead ? localState(ahead) : data.state,
    attention: ahead?.status === 'attention',
    review: !ahead && data.state === 'returned' ? data.capture.review : null,
    taken_at: shown?.taken_at ?? null,
    lon: known?.lon ?? null,
    lat: known?.lat ?? null,
  }
}
