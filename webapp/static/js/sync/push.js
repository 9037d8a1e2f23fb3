import { markSending, putBack, queuedOps, settleOps } from '../store/queue.js'
import { pushOps } from './api.js'
import { hasReceived } from './receipt.js'

const BATCH = 50
// enough halvings to find one operation among fifty that the server stumbles over
const MOST_STUMBLES = 8
const UNANSWERED = { ok: false, kind: 'server', status: 200, problem: { code: 'unanswered', fields: [] }, retryAfterS: 0 }

/**
 * Send every queued operation once, oldest first; what is kept meanwhile goes along.
 * @param {import('../store/session.js').Session} session
 * @param {(progress: {sent: number, total: number}) => void} report
 * @returns {Promise<import('./api.js').Failure|null>} why it stopped early, null when all were answered
 */
export async function pushAll(session, report) {
  const tried = new Set()
  const round = { ...session, stumbles: 0 }
  for (;;) {
    const waiting = (await queuedOps(session.account.id)).filter((op) => !tried.has(op.id))
    report({ sent: tried.size, total: tried.size + waiting.length })
    if (!waiting.length) return null
    // what failed alone before goes alone again, so that it cannot hold up the others
    const batch = waiting[0].problem ? waiting.slice(0, 1) : waiting.filter((op) => !op.problem).slice(0, BATCH)
    batch.forEach((op) => tried.add(op.id))
    const failure = await pushBatch(round, batch)
    if (failure) return failure
  }
}

async function pushBatch(round, ops) {
  const ids = ops.map((op) => op.id)
  await markSending(ids)
  const answer = await pushOps(round.token, { device_id: round.deviceId, ops: ops.map(wire) })
  if (answer.ok) return settle(ops, answer.data)
  const isContent = liesInContent(round, answer)
  await putBack(ids, isContent && ops.length === 1 ? answer.problem : null)
  if (!isContent) return answer
  return ops.length > 1 ? pushHalves(round, ops) : passOver(ops[0], answer)
}

/** A few refusals may be one operation the server stumbles over; more of them are a server we do not fit. */
function liesInContent(round, { kind, status }) {
  if (kind === 'too_large') return true
  round.stumbles += 1
  return (kind === 'refused' || status === 500) && round.stumbles < MOST_STUMBLES
}

async function pushHalves(round, ops) {
  const middle = Math.ceil(ops.length / 2)
  return (await pushBatch(round, ops.slice(0, middle))) ?? pushBatch(round, ops.slice(middle))
}

/** It keeps its place and its problem; what can never be carried asks for a person. */
async function passOver(op, { kind, problem }) {
  if (kind === 'too_large') await settleOps([{ id: op.id, status: 'attention', problem }])
  return null
}

function wire({ id, device_seq, kind, entity_id, base_rev, taken_at, payload_json, payload_sha256 }) {
  return { id, device_seq, kind, entity_id, base_rev, taken_at, payload: JSON.parse(payload_json), payload_sha256 }
}

async function settle(ops, { server_time, verdicts }) {
  const byId = new Map(verdicts.map((verdict) => [verdict.id, verdict]))
  const outcomes = ops.map((op) => outcome(op, byId.get(op.id), server_time))
  await settleOps(outcomes)
  return outcomes.some((item) => item.status === 'queued') ? UNANSWERED : null
}

function outcome(op, { verdict, receipt, rev, problem } = {}, serverTime) {
  if (hasReceived({ verdict, receipt }, op)) return { id: op.id, status: 'uploaded', receipt, rev, received_at: serverTime, problem: problem ?? null }
  if (verdict === 'refused') return { id: op.id, status: 'attention', problem }
  if (verdict === 'conflict') return { id: op.id, status: 'attention', problem: problem ?? { code: 'conflict', fields: [] } }
  return { id: op.id, status: 'queued', problem: null }
}
