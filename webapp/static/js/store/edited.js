import { FIELDS, maskedNumber } from '../rules/correction.js'
import { db } from './db.js'

/** The kind of operation that corrects the register. */
export const EDIT = 'household.edit'

/**
 * What one edit says of a field: it was `base` when the cadre looked, it should be `theirs`. Of a phone number `base` is a
 * mask and `mark` the write it belonged to.
 * @typedef {{base: string, theirs: string, mark?: string|null}} Said
 * @typedef {{head?: Said, group?: Said, address?: Said, phone?: Said}} SaidFields
 * @typedef {{id: string, no: number, status: import('./queue.js').Op['status'], problem: object|null, settled_rev: number|null,
 *   fields: SaidFields, note: string}} OwnEdit
 */

/** Own edits by household, oldest first. @param {string[]} ids @returns {Promise<Map<string, OwnEdit[]>>} */
export async function ownEdits(ids) {
  const ops = await db.outbox.where('entity_id').anyOf(ids).filter((op) => op.kind === EDIT).sortBy('no')
  const byHousehold = new Map(ids.map((id) => [id, []]))
  for (const op of ops) byHousehold.get(op.entity_id).push(ownEdit(op))
  return byHousehold
}

function ownEdit({ id, no, status, problem, settled_rev, payload_json }) {
  return { id, no, status, problem, settled_rev, ...JSON.parse(payload_json) }
}

/** @param {import('./queue.js').Op} op @returns {string[]} the fields an edit speaks of */
export const editedFields = (op) => (op.kind === EDIT ? inOrder([JSON.parse(op.payload_json)]) : [])

const inOrder = (edits) => FIELDS.filter((field) => edits.some(({ fields }) => field in fields))

/**
 * A household's row with what this phone said of it and the row does not include yet. A pull in between takes none of it
 * back; what was refused, or waits for a person, is shown as the register has it.
 * @param {{rev: number, data: object}} row @param {OwnEdit[]} edits
 */
export async function corrected(row, edits) {
  const ahead = edits.filter((edit) => isAhead(edit, row.rev))
  if (!ahead.length) return row
  const data = ahead.reduce(withEdit, row.data)
  const group_name = data.area === row.data.area ? data.group_name : await areaName(data.area)
  // how a name is spelt only the server knows
  const spelt = data.head === row.data.head ? {} : { pinyin: '', initials: '' }
  return { ...row, data: { ...data, ...spelt, group_name } }
}

const isAhead = ({ status, settled_rev }, rev) =>
  ['queued', 'sending', 'uploaded'].includes(status) && (settled_rev === null || rev < settled_rev)

function withEdit(data, edit) {
  const said = Object.entries(edit.fields).filter(([name]) => !isDisputed(edit, name))
  return Object.assign({ ...data }, ...said.map(([name, { theirs }]) => WRITES[name](theirs, edit)))
}

const WRITES = {
  head: (head) => ({ head }),
  group: (area) => ({ area }),
  address: (address) => ({ address }),
  phone: (number, { id }) => ({ phone: maskedNumber(number), phone_mark: id }),
}

const isDisputed = ({ status, problem }, name) =>
  status === 'uploaded' && problem !== null && (problem.code !== 'edit_conflict' || problem.fields.includes(name))

/** @returns {Promise<string>} empty when this phone does not know the area */
export const areaName = async (code) => (await db.areas.where('code').equals(code).first())?.data.name ?? ''

/**
 * What became of a household's edits so far, as its page says it.
 * @param {OwnEdit[]} edits
 * @returns {{waiting: string[], refused: OwnEdit|null}} waiting: fields that have not been sent
 */
export function editState(edits) {
  const waiting = edits.filter(({ status }) => ['queued', 'sending'].includes(status))
  return {
    waiting: inOrder(waiting),
    refused: edits.filter(({ status }) => status === 'attention').at(-1) ?? null,
  }
}
