import { unsentCount } from '../store/outbox.js'
import { currentSession, saveSession } from '../store/session.js'
import { enrolDevice, whoAmI } from './api.js'
import { pullAll } from './pull.js'
import { inTurn } from './turn.js'

/**
 * Sign in once with a network: the phone gets its token, then its households. Signing in again after
 * a pause keeps the queue. `received` in the progress counts rows of the first pull.
 * A failed first pull does not undo the sign-in: `pulled` says whether the list is complete.
 * @param {{username: string, password: string, label: string}} credentials
 * @param {(progress: {received: number}) => void} onProgress
 * @returns {Promise<{ok: true, pulled: boolean} | {ok: false, reason: 'other_unsent', count: number}
 *   | {ok: false, reason: 'offline'|'portal'|'slow_down'|'server'|'refused', code: string|null, retryAfterS: number}>}
 */
export async function enrol({ username, password, label }, onProgress = () => {}) {
  const blocked = await otherUnsent(username)
  if (blocked) return blocked
  const device = await enrolDevice(username, password, label)
  if (!device.ok) return refusal(device)
  const { token, device_id: deviceId } = device.data
  const me = await whoAmI(token)
  if (!me.ok) return refusal(me)
  const { account_id: id, name, grants } = me.data
  const session = { deviceId, token, account: { id, username: me.data.username, name, grants } }
  // the engine wakes when it sees the session, and must not pull the same 2,000 households beside us
  return inTurn(() => begin(session, onProgress))
}

async function begin(session, onProgress) {
  const saved = await saveSession(session)
  return saved.ok ? { ok: true, pulled: (await pullAll(session, onProgress)) === null } : saved
}

/** Asked before the password leaves the phone; saveSession asks again with the account's id. */
async function otherUnsent(username) {
  const held = await currentSession()
  if (!held || held.account.username === username.trim()) return null
  const count = await unsentCount()
  return count ? { ok: false, reason: 'other_unsent', count } : null
}

function refusal({ kind, problem, retryAfterS }) {
  const reason = ['unauthorized', 'revoked'].includes(kind) ? 'refused' : kind
  return { ok: false, reason, code: problem?.code ?? null, retryAfterS }
}
