import { heldKey } from '../store/data-key.js'
import { writeMeta } from '../store/meta.js'
import { trimReceipts } from '../store/outbox.js'
import { recoverSending } from '../store/queue.js'
import { currentSession, pauseSession } from '../store/session.js'
import { downloadForms } from './forms.js'
import { leave, obey, sayGoodbye } from './orders.js'
import { sendPhotos } from './photos.js'
import { pullAll } from './pull.js'
import { pushAll } from './push.js'
import { fade, learnRescueKey, sendRecovered, tidySecondCopy } from './second-copy.js'

/** Records first, they are small and matter most; then pictures; then what others did and what is to be asked. */
const STEPS = [['pushing', pushAll], ['photos', sendPhotos], ['pulling', pullAndObey], ['pulling', downloadForms]]

const SIGNED_OUT = { kind: 'paused', problem: { code: 'signed_out', fields: [] } }

/**
 * One whole round. Only one may run at a time on a phone.
 * @param {(change: object) => void} report phase and progress
 * @returns {Promise<import('./api.js').Failure|{kind: 'paused'|'wiped', problem: object|null}|null>} null when all went well
 */
export async function runCycle(report, now = () => new Date()) {
  await sayGoodbye()
  if (!heldKey()) return SIGNED_OUT
  await recoverSending()
  await sendRecovered()
  const session = await currentSession()
  if (!session) return SIGNED_OUT
  if (session.status === 'paused') return { kind: 'paused', problem: { code: session.reason, fields: [] } }
  await learnRescueKey(session)
  for (const [phase, step] of STEPS) {
    report({ phase })
    const failure = await step(session, report)
    if (failure) return stopped(failure, session)
  }
  await trimReceipts(now())
  await fade(now())
  await tidySecondCopy(now())
  await writeMeta('last_sync_at', now().toISOString())
  return null
}

async function pullAndObey(session, report) {
  const { failure, device } = await pullAll(session, report)
  return failure ?? obey(session, device, report)
}

async function stopped(failure, session) {
  if (!['unauthorized', 'revoked'].includes(failure.kind)) return failure
  const code = failure.problem?.code ?? failure.kind
  if (code === 'device_lost') return leave('at_once')
  const isOurs = await pauseSession(code, session.token)
  return isOurs ? { kind: 'paused', problem: { code, fields: [] } } : { ...failure, kind: 'server' }
}
