const DONE = new Set(['on_phone', 'uploaded', 'accepted', 'excepted'])
// one collator for all comparisons: localeCompare would make 20,000 of them to sort a street
const numbers = new Intl.Collator('en', { numeric: true })
const byNumber = (a, b) => numbers.compare(a.number, b.number)

/** A household answers to its head's name, full pinyin, initials, or any part of its number. */
export function matches(row, query) {
  const wanted = query.trim().toLowerCase()
  return [row.head, row.number, row.pinyin, row.initials].some((text) => (text ?? '').toLowerCase().includes(wanted))
}

/** Rows of one group (or all), before state and search narrow them: the denominator of the progress line. */
export function ofGroup(rows, group) {
  return group ? rows.filter((row) => row.area === group) : rows
}

/** @returns {{done: number, total: number, byState: Record<string, number>}} */
export function progress(rows) {
  const byState = {}
  for (const { state } of rows) byState[state] = (byState[state] ?? 0) + 1
  return { done: rows.filter(({ state }) => DONE.has(state)).length, total: rows.length, byState }
}

/**
 * The rows to show, returned and refused ones first: a person is waiting for those.
 * @param {{query: string, state: string|null, distanceOf: ((row: object) => number|null)|null}} wish
 */
export function shownRows(rows, { query, state, distanceOf }) {
  const kept = rows.filter((row) => (!state || row.state === state) && (!query || matches(row, query)))
  const order = distanceOf ? byDistance(kept, distanceOf) : byNumber
  return kept.sort((a, b) => isUrgent(b) - isUrgent(a) || order(a, b))
}

export const isUrgent = ({ state, attention }) => state === 'returned' || attention === true

function byDistance(rows, distanceOf) {
  const metres = new Map(rows.map((row) => [row.id, distanceOf(row) ?? Infinity]))
  return (a, b) => {
    const [near, far] = [metres.get(a.id), metres.get(b.id)]
    return near === far ? byNumber(a, b) : near - far
  }
}

/** Groups present in the rows, with how many are done: [{code, name, community, done, total}] by code. */
export function groupsOf(rows) {
  const groups = new Map()
  for (const row of rows) {
    const group = groups.get(row.area) ?? { code: row.area, name: row.group_name, community: row.community, done: 0, total: 0 }
    group.total += 1
    group.done += DONE.has(row.state)
    groups.set(row.area, group)
  }
  return [...groups.values()].sort((a, b) => a.code.localeCompare(b.code))
}

/** The household to walk to next: still open, in the same group if any is left, nearest to `from` if that is known. */
export function nextOpen(rows, current, distanceOf) {
  const open = rows.filter((row) => row.id !== current.id && !DONE.has(row.state))
  const sameGroup = open.filter((row) => row.area === current.area)
  return (sameGroup.length ? sameGroup : open).sort(byDistance(open, distanceOf))[0] ?? null
}

/** The end of a long number tells households apart; the whole of it is on the household's page. */
export function shortNumber(number) {
  return number.length > 10 ? `…${number.slice(-7)}` : number
}
