import { leavesOf } from './question.js'

/** Columns that name a row, first those that name a person. */
const TITLES = [/(^|\.)name$/, /_name$/, /measure_type$|^measure\./]

/**
 * One page of a form: a section, or one row of a repeat in it. `at` '' is the contents.
 * @typedef {{at: string, title: string, page: import('./question.js').Question, section: import('./question.js').Question,
 *   previous: string|null, next: string|null}} Place
 */

/** @param {import('./question.js').Question[]} sections @param {string} at @returns {Place|null} null when there is no such page */
export function placeOf(sections, at) {
  const shown = sections.filter((section) => section.relevant)
  for (const section of shown) {
    if (section.at === at) return { at, page: section, section, ...neighbours(shown, section) }
    const entries = entriesOf(section).find((rows) => rows.some((entry) => entry.at === at))
    const page = entries?.find((entry) => entry.at === at)
    if (page) return { at, page, section, ...neighbours(entries, page) }
  }
  return null
}

function neighbours(pages, page) {
  const index = pages.indexOf(page)
  return { previous: pages[index - 1]?.at ?? null, next: pages[index + 1]?.at ?? null }
}

/** The rows of every repeat under a question. */
function entriesOf(question) {
  if (question.kind === 'repeat') return [question.children, ...question.children.flatMap(entriesOf)]
  return (question.children ?? []).flatMap(entriesOf)
}

/** The questions that stand on a page itself, without those of the rows that have pages of their own. */
export function onPage(page) {
  return page.children.flatMap((child) => (child.kind === 'repeat' ? [] : child.children ? onPage(child) : [child]))
}

/** The page a question stands on. @param {import('./question.js').Question[]} sections */
export function pageAt(sections, question) {
  const entry = above(question)
  return (entry ?? sections.find((section) => leavesOf(section).includes(question))).at
}

const above = (question) => (!question || question.kind === 'entry' ? question : above(question.parent))

/** What a row is called on its card: who or what it is about. Empty while nothing was said. */
export function entryTitle(entry) {
  const leaves = leavesOf(entry).filter(({ value }) => value)
  const speaking = (pattern) => leaves.find(({ name, save, show }) => pattern.test(save ?? show ?? name))
  const named = TITLES.map(speaking).find(Boolean) ?? leaves.find(({ kind }) => kind === 'text')
  return named ? named.choices.find(({ code }) => code === named.value)?.label ?? named.value : ''
}
