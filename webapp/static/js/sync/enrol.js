import { ensureDeviceKey, publicText } from '../store/device-key.js'
import { keepLost } from '../store/lost.js'
import { unsentCount } from '../store/outbox.js'
import { currentSession, saveSession } from '../store/session.js'
import { readTrace } from '../store/trace.js'
import { savePolicy } from '../store/vault.js'
import { enrolByCode, enrolDevice, whoAmI } from './api.js'
import { sayGoodbye } from './orders.js'
import { pullAll } from './pull.js'
import { inTurn } from './turn.js'

/**
 * Sign in once with a network: the phone gets its token, then its households. Signing in again after
 * a pause keeps the queue. `received` in the progress counts rows of the first pull.
 * A failed first pull does not undo the sign-in: `pulled` says whether the list is complete.
 * @param {{username: string, password: string, label: string}} credentials
 * @param {(progress: {received: number}) => void} onProgress
 * @returns {Promise<{ok: true, pulled: boolean, lost: import('../store/lost.js').Lost[]} | {ok: false, reason: 'other_unsent', count: number}
 *   | {ok: false, reason: 'offline'|'portal'|'slow_down'|'server'|'update'|'refused', code: string|null, retryAfterS: number}>}
 */
export async function enrol({ username, password, label }, onProgress = () => {}) {
  const held = await currentSession()
  if (held && held.account.username !== username.trim()) {
    // asked before the password leaves the phone; saveSession asks again with the account's id
    const count = await unsentCount()
    if (count) return { ok: false, reason: 'other_unsent', count }
  }
  return letIn(held, async () => enrolDevice({ username, password, label, ...(await phoneWords(held)) }), onProgress)
}

/**
 * The same by a code from the desk, good for one phone and ten minutes.
 * @param {{code: string, label: string}} asked
 */
export async function enrolWithCode({ code, label }, onProgress = () => {}) {
  const held = await currentSession()
  const count = await unsentCount()
  const account_id = count ? held.account.id : null
  const answer = await letIn(held, async () => enrolByCode({ code, label, account_id, ...(await phoneWords(held)) }), onProgress)
  return answer.code === 'other_account' ? { ok: false, reason: 'other_unsent', count } : answer
}

/** Who this phone is, and which device it was before, if it was one. */
async function phoneWords(held) {
  const public_key = await publicText(await ensureDeviceKey())
  return { public_key, device_id: held?.deviceId ?? null, token: held?.token ?? null }
}

async function letIn(held, ask, onProgress) {
  await sayGoodbye()
  const device = await ask()
  if (!device.ok) return refusal(device)
  const { token, device_id: deviceId, earlier = [] } = device.data
  const me = await whoAmI(token)
  if (!me.ok) return refusal(me)
  const { account_id: id, username, name, grants, vault } = me.data
  const lost = held ? [] : lostOf(earlier)
  // the engine wakes when it sees the session, and must not pull the same 2,000 households beside us
  return inTurn(() => begin({ deviceId, token, account: { id, username, name, grants } }, { lost, vault }, onProgress))
}

async function begin(session, { lost, vault }, onProgress) {
  const saved = await saveSession(session)
  if (!saved.ok) return saved
  await savePolicy(vault)
  if (lost.length) await keepLost(lost)
  const { failure } = await pullAll(session, onProgress)
  return { ok: true, pulled: failure === null, lost }
}

/** Without a trace of its own a phone can only say that it looks the same. */
function lostOf(earlier) {
  const trace = readTrace()
  const isHere = ({ device_id, same_browser }) => (trace ? device_id === trace : same_browser)
  return earlier.map(({ same_browser, ...row }) => ({ ...row, here: isHere({ ...row, same_browser }) }))
}

function refusal({ kind, problem, retryAfterS }) {
  const reason = ['unauthorized', 'revoked'].includes(kind) ? 'refused' : kind
  return { ok: false, reason, code: problem?.code ?? null, retryAfterS }
}
