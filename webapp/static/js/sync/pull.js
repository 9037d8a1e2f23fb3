import { applyChanges } from '../store/merge.js'
import { readMeta } from '../store/meta.js'
import { pullChanges } from './api.js'

const PAGE = 500

/**
 * Ask for everything new until there is no more; each page is kept before the next is asked for.
 * @param {import('../store/session.js').Session} session
 * @param {(progress: {received: number}) => void} report
 * @returns {Promise<import('./api.js').Failure|null>}
 */
export async function pullAll({ token }, report) {
  let received = 0
  for (;;) {
    const answer = await pullChanges(token, (await readMeta('cursor')) ?? '', PAGE)
    if (!answer.ok) return answer
    const { changes, cursor, more } = answer.data
    await applyChanges(changes, cursor)
    received += changes.length
    report({ received })
    if (!more) return null
  }
}
