import { ensureDeviceKey, ensureNextKey, publicText } from '../store/device-key.js'
import { readMeta } from '../store/meta.js'
import { onlyHereCount } from '../store/outbox.js'
import { reoffer } from '../store/reoffer.js'
import { saveIdentity, saveToken } from '../store/session.js'
import { wipeOnOrder, wiped, wipeReported } from '../store/wipe.js'
import { renewDevice, reportWiped, rotateToken } from './api.js'

const TOKEN_MS = 7 * 86_400_000
/** Saying it again would be answered no better. */
const FINAL = ['unauthorized', 'revoked', 'refused']

/**
 * What follows from what the server says of this phone at the end of a round: offer again what it lost, part from a copy
 * of this phone, clear everything, or take a new token every week.
 * @param {import('../store/session.js').Session} session
 * @param {import('./pull.js').Told|null} device null from a server before protocol 2
 * @param {(change: object) => void} report
 * @returns {Promise<import('./api.js').Failure|{kind: 'wiped', problem: null}|null>}
 */
export async function obey(session, device, report) {
  if (!device) return null
  await reoffer(session.deviceId, device.missing)
  report({ leaving: device.order === 'wipe' })
  if (device.order === 'renew' || (await readMeta('next_key'))) return renew(session)
  if (device.order === 'wipe' && !(await onlyHereCount())) return leave('after_upload')
  return rotate(session)
}

async function renew({ token }) {
  const answer = await renewDevice(token, await publicText(await ensureNextKey()))
  if (!answer.ok) return answer
  await saveIdentity({ deviceId: answer.data.device_id, token: answer.data.token })
  return null
}

/** Quietly, and not pressed: the old token is still good. */
async function rotate({ token, token_at }) {
  if (Date.now() - Date.parse(token_at ?? 0) < TOKEN_MS) return null
  const answer = await rotateToken(token, await publicText(await ensureDeviceKey()))
  if (answer.ok) await saveToken(token, answer.data.token)
  return null
}

/** Clear this phone now, then say so. @param {'after_upload'|'at_once'} order */
export async function leave(order) {
  await wipeOnOrder(order)
  await sayGoodbye()
  return { kind: 'wiped', problem: null }
}

/** Tell the office that this phone has been cleared; without a network, the next time there is one. */
export async function sayGoodbye() {
  const done = await wiped()
  if (!done?.token) return
  const answer = await reportWiped(done.token, done.unsent)
  if (answer.ok || FINAL.includes(answer.kind)) await wipeReported()
}
