import { applyChanges } from '../store/merge.js'
import { readMeta, writeMeta } from '../store/meta.js'
import { pullChanges } from './api.js'

const PAGE = 500
const SIGNED_OUT = { kind: 'paused', problem: { code: 'signed_out', fields: [] } }

/**
 * Ask for everything new until there is no more; each page is kept before the next is asked for.
 * @param {import('../store/session.js').Session} session
 * @param {(progress: {received: number}) => void} report
 * @typedef {{last_seq: number, missing: [number, number][], order: null|'wipe'|'renew'}} Told what the server says of this phone
 * @returns {Promise<{failure: import('./api.js').Failure|{kind: 'paused', problem: object}|null, device: Told|null}>}
 */
export async function pullAll({ token, deviceId }, report) {
  let received = 0
  for (;;) {
    const cursor = (await readMeta('cursor')) ?? ''
    const answer = await pullChanges(token, cursor, PAGE)
    if (isStale(answer, cursor)) await writeMeta('cursor', '')
    else if (!answer.ok) return { failure: answer, device: null }
    else {
      const { changes, cursor: next, more } = answer.data
      if (!(await applyChanges(changes, next, deviceId))) return { failure: SIGNED_OUT, device: null }
      received += changes.length
      report({ received })
      if (!more) return { failure: null, device: answer.data.device ?? null }
    }
  }
}

/** A cursor of another age of the server is of no use; everything is taken once more over what is here. */
const isStale = (answer, cursor) => cursor !== '' && answer.problem?.fields?.includes('cursor')
