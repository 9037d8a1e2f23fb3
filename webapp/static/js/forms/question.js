import { listOf } from './known.js'
import { kindOf } from './kinds.js'
import { pathOf } from './marks.js'
import { ROW_KEYS, columnsUnder } from './prefill.js'

/**
 * A node of the engine as the pages see it: plain values, read through getters so that Vue hears of every change. Values are
 * the text the answer is written as; of a picture it is its name.
 * @typedef {object} Question
 * @property {string} id @property {string} at where it stands, `/data/member[2]/name` @property {string} kind see kinds.js
 * @property {string} name @property {string} label @property {string} hint @property {boolean} relevant @property {boolean} required
 * @property {boolean} fixed calculated or read-only @property {string} value @property {{code: string, label: string}[]} choices
 * @property {{why: 'required'|'constraint', message: string}|null} problem @property {Question[]} children
 * @property {string} before what it was, as a value; empty if nothing was known @property {string} beforeLabel in words
 * @property {boolean} each must be confirmed by itself @property {boolean} confirmed @property {boolean} wantsConfirming
 * @property {(value: string|File|null) => void} answer
 */

/**
 * @param {object} engine node @param {{marks: Map, known: import('./known.js').Known, confirmed: Set<string>, changed: () => void}} filling
 * @param {Question|null} parent @returns {Question|null}
 */
export function questionOf(node, filling, parent = null) {
  const kind = kindOf(node)
  if (!kind) return null
  const base = { id: node.nodeId, kind, parent, ...marked(node, filling) }
  return Object.defineProperties(base, {
    ...shown(node), ...(['group', 'repeat', 'entry'].includes(kind) ? inner(node, filling, base) : leaf(node, filling, base)),
  })
}

const get = (read) => ({ get: read, enumerable: true })

function marked(node, { marks }) {
  const path = pathOf(node.currentState.reference)
  const { save = null, confirm = null, show = null, isMade = false } = marks.get(path) ?? {}
  return {
    path, name: path.split('/').at(-1), save, show, each: confirm === 'each', isMade,
    appearances: [...(node.appearances ?? [])],
  }
}

function shown({ currentState, validationState }) {
  return {
    at: get(() => currentState.reference),
    label: get(() => currentState.label?.asString.trim() ?? ''),
    hint: get(() => currentState.hint?.asString.trim() ?? ''),
    relevant: get(() => currentState.relevant),
    required: get(() => currentState.required),
    problem: get(() => problemOf(validationState.violation ?? null)),
  }
}

const problemOf = (violation) => violation && { why: violation.condition, message: violation.message?.asString ?? '' }

function inner(node, filling, self) {
  const made = new Map()
  const child = (inside) => {
    if (!made.has(inside.nodeId)) made.set(inside.nodeId, questionOf(inside, filling, self))
    return made.get(inside.nodeId)
  }
  return {
    children: get(() => node.currentState.children.map(child).filter(Boolean)),
    ...(self.kind === 'entry' && { row: get(() => rowKey(node)) }),
    ...(self.kind === 'repeat' && repeated(node, filling, self)),
  }
}

/** What a row of a repeat is known by; empty for a new one. */
function rowKey(node) {
  const key = node.currentState.children.find(({ currentState }) => ROW_KEYS.includes(currentState.reference.split('/').at(-1)))
  return key?.currentState.instanceValue ?? ''
}

function repeated(node, { changed, marks }, self) {
  const columns = columnsUnder(marks, self.path)
  // where nobody's name is asked, everybody is a member already: they come and go by a case, never by an answer
  const isFamily = listOf(columns) === 'members' && !columnsUnder(marks, self.path, 'save').includes('member.name')
  return {
    isFamily: { value: isFamily }, canGrow: { value: node.nodeType === 'repeat-range:uncontrolled' && !isFamily },
    add: { value: () => { node.addInstances(); changed() } },
    remove: { value: (entry) => { node.removeInstances(node.currentState.children.findIndex(({ nodeId }) => nodeId === entry.id), 1); changed() } },
  }
}

function leaf(node, filling, self) {
  const { currentState } = node
  const row = () => rowOf(self.parent)
  const column = self.save ?? self.show ?? ''
  const before = () => filling.known.text(column, row())
  const confirmed = () => filling.confirmed.has(currentState.reference)
  return {
    fixed: get(() => currentState.readonly || self.isMade || Boolean(self.show)),
    value: get(() => currentState.instanceValue ?? ''),
    choices: get(() => (currentState.valueOptions ?? []).map(({ value, label }) => ({ code: value, label: label.asString }))),
    before: get(before),
    beforeLabel: get(() => before() ? labelled(before(), currentState) : filling.known.mask(column, row())),
    confirmed: get(confirmed),
    isChanged: get(() => isOther(currentState.instanceValue ?? '', before())),
    wantsConfirming: get(() => Boolean(self.save && currentState.relevant && !self.fixed && before())
      && !isOther(currentState.instanceValue ?? '', before()) && !confirmed()),
    answer: { value: (value) => { write(node, value); filling.changed() } },
    bounds: get(() => boundsOf(node.definition.bounds)),
  }
}

const rowOf = (question) => (!question || question.kind === 'entry' ? question?.row ?? null : rowOf(question.parent))

/** Numbers are the same however many zeros follow the point. */
function isOther(value, before) {
  if (value === before) return false
  return value === '' || before === '' || Number.isNaN(Number(value)) || Number(value) !== Number(before)
}

function labelled(value, { valueOptions }) {
  if (!valueOptions?.length) return value
  const labels = new Map(valueOptions.map((option) => [option.value, option.label.asString]))
  return value.split(' ').map((code) => labels.get(code) ?? code).join('、')
}

const WRITES = {
  select: (node, value) => node.selectValues(value ? value.split(' ') : []),
  rank: (node, value) => node.setValues(value ? value.split(' ') : []),
  trigger: (node, value) => node.setValue(Boolean(value)),
}

function write(node, value) {
  const put = WRITES[node.nodeType]
  if (put) put(node, value)
  else node.setValue(value === '' && node.nodeType !== 'input' ? null : value)
}

const boundsOf = (bounds) => bounds && { start: Number(bounds.start), end: Number(bounds.end), step: Number(bounds.step) }

/** Every question under one, depth first. @param {Question} question @returns {Question[]} */
export function leavesOf(question) {
  return question.children ? question.children.flatMap(leavesOf) : [question]
}
