import { applyChanges } from '../store/merge.js'
import { readMeta, writeMeta } from '../store/meta.js'
import { pullChanges } from './api.js'

const PAGE = 500

/**
 * Ask for everything new until there is no more; each page is kept before the next is asked for.
 * @param {import('../store/session.js').Session} session
 * @param {(progress: {received: number}) => void} report
 * @typedef {{last_seq: number, missing: [number, number][], order: null|'wipe'|'renew'}} Told what the server says of this phone
 * @returns {Promise<{failure: import('./api.js').Failure|null, device: Told|null}>}
 */
export async function pullAll({ token }, report) {
  let received = 0
  for (;;) {
    const cursor = (await readMeta('cursor')) ?? ''
    const answer = await pullChanges(token, cursor, PAGE)
    if (isStale(answer, cursor)) await writeMeta('cursor', '')
    else if (!answer.ok) return { failure: answer, device: null }
    else {
      const { changes, cursor: next, more } = answer.data
      await applyChanges(changes, next)
      received += changes.length
      report({ received })
      if (!more) return { failure: null, device: answer.data.device ?? null }
    }
  }
}

/** A cursor of another age of the server is of no use; everything is taken once more over what is here. */
const isStale = (answer, cursor) => cursor !== '' && answer.problem?.fields?.includes('cursor')
