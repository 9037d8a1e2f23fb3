import { leavesOf } from './question.js'

/**
 * Where a section stands. `open`: what still has to be looked at, in the order of the page.
 * @typedef {{state: 'untouched'|'missing'|'wrong'|'unconfirmed'|'done', count: number}} Progress
 */

/** @param {import('./question.js').Question} section @param {boolean} seen was it opened before @returns {Progress} */
export function progressOf(section, seen) {
  const asked = leavesOf(section).filter((question) => question.relevant)
  const count = (test) => asked.filter(test).length
  const wrong = count(({ problem }) => problem?.why === 'constraint')
  if (wrong) return { state: 'wrong', count: wrong }
  if (!seen) return { state: 'untouched', count: 0 }
  const missing = count(({ problem }) => problem?.why === 'required')
  if (missing) return { state: 'missing', count: missing }
  const unconfirmed = count(({ wantsConfirming }) => wantsConfirming)
  return unconfirmed ? { state: 'unconfirmed', count: unconfirmed } : { state: 'done', count: 0 }
}

/** What keeps a form from being finished, in its order. @param {import('./question.js').Question[]} sections */
export function openQuestions(sections) {
  return sections.flatMap(leavesOf).filter((question) => question.relevant && (question.problem || question.wantsConfirming))
}

/** What one tap may confirm: all of it but what must be confirmed one by one. */
export const confirmable = (page) => page.filter((question) => question.wantsConfirming && !question.each)
