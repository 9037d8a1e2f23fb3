import { areaName } from './edited.js'
import { readMeta, writeMeta } from './meta.js'

const TOLD = ['field', 'two_captures']

/**
 * Where this person and somebody else said different things of a household, as the pull tells it.
 * @typedef {{id: string, rev: number, seen: boolean, ops: string[], household: string, kind: string, field: string|null,
 *   side: 'ours'|'theirs', state: 'open'|'decided'|'passed', choice: string|null, ours: string|null, theirs: string|null,
 *   decision: {value: string|null, reasons: string[], text: string, by: string, at: string}|null}} Conflict
 */

/** @returns {Promise<Conflict[]>} */
const readConflicts = async () => (await readMeta('conflicts')) ?? []

/** Inside the pulling transaction. */
export async function mergeConflicts(changes) {
  if (!changes.length) return
  const rows = new Map((await readConflicts()).map((row) => [row.id, row]))
  for (const { id, rev, data } of changes) {
    const seen = rows.get(id)?.rev === rev && rows.get(id).seen
    rows.set(id, { ...data, id, rev, seen })
  }
  await writeMeta('conflicts', [...rows.values()])
}

/** What a household's page has to say of them. @param {string} householdId @returns {Promise<Conflict[]>} */
export async function conflictsOf(householdId) {
  const told = (await readConflicts()).filter((row) => row.household === householdId && TOLD.includes(row.kind) && !row.seen)
  return Promise.all(told.filter(({ state }) => state !== 'passed').map(named))
}

/** Groups go by their names. */
async function named(row) {
  if (row.field !== 'group') return row
  const [ours, theirs, value] = await Promise.all([row.ours, row.theirs, row.decision?.value ?? ''].map(nameOf))
  return { ...row, ours, theirs, decision: row.decision && { ...row.decision, value } }
}

const nameOf = async (code) => (await areaName(code)) || code

/** The person has read how it was decided. */
export async function noteSeen(id) {
  await writeMeta('conflicts', (await readConflicts()).map((row) => (row.id === id ? { ...row, seen: true } : row)))
}

/** Inside a transaction: they quote what these households' rows no longer say here. */
export async function forgetConflicts(householdIds) {
  const rows = await readConflicts()
  const staying = rows.filter((row) => !householdIds.includes(row.household))
  if (staying.length < rows.length) await writeMeta('conflicts', staying)
}

/** Where those of each operation stand. @returns {Promise<Map<string, string[]>>} states by operation */
export async function conflictStates() {
  const states = new Map()
  for (const { ops, side, state } of await readConflicts()) {
    if (side === 'theirs') ops.forEach((id) => states.set(id, [...(states.get(id) ?? []), state]))
  }
  return states
}
