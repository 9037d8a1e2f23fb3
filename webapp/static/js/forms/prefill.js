import { listOf } from './known.js'
import { elements, marksOf, primaryRoot } from './marks.js'

const ROSA = 'http://openrosa.org/javarosa'
/** What a row of a repeat is known by. */
export const ROW_KEYS = ['member_id', 'row_id']

/**
 * Write into a form what is known, before the engine loads it: an instance made by hand would be without its own id and dates.
 * @param {Document} form changed in place
 * @param {import('./known.js').Known} known @param {Record<string, string>} keys of the root: household, base_rev, year …
 */
export function prefill(form, known, keys) {
  const marks = marksOf(form)
  const root = primaryRoot(form)
  fillIn(root, `/${root.localName}`, null)
  for (const child of elements(root)) if (child.localName in keys) child.textContent = keys[child.localName]

  function fillIn(parent, path, row) {
    const children = elements(parent)
    for (const template of children.filter(isTemplate)) layRows(template, children, `${path}/${template.localName}`)
    for (const child of elements(parent).filter((element) => !isTemplate(element) && !isRow(element))) fillOne(child, `${path}/${child.localName}`, row)
  }

  function fillOne(element, path, row) {
    if (elements(element).length) return fillIn(element, path, row)
    const { save, show, isMade } = marks.get(path) ?? {}
    if (isMade) return null
    const value = known.text(save ?? show ?? '', row) || (show ? known.mask(show, row) : '')
    if (value) element.textContent = value
    return null
  }

  /** One row for each that is known; a repeat about anything else stays as the form has it. */
  function layRows(template, children, path) {
    const list = elements(template).some(isRowKey) ? listOf(columnsUnder(marks, path)) : null
    if (!list) return
    const blanks = children.filter((child) => child !== template && child.localName === template.localName)
    blanks.forEach((blank) => blank.parentNode.removeChild(blank))
    known.rows[list].reduce((after, row) => laid(template, after, row, path), template)
  }

  function laid(template, after, row, path) {
    const fresh = template.cloneNode(true)
    fresh.removeAttributeNS(ROSA, 'template')
    after.parentNode.insertBefore(fresh, after.nextSibling)
    elements(fresh).filter(isRowKey).forEach((key) => { key.textContent = row.id })
    elements(fresh).filter((child) => !isRowKey(child)).forEach((child) => fillOne(child, `${path}/${child.localName}`, row.id))
    return fresh
  }
}

const isTemplate = (element) => element.hasAttributeNS(ROSA, 'template')
const isRowKey = (element) => ROW_KEYS.includes(element.localName)
/** Laid before, and filled in with its own row. */
const isRow = (element) => elements(element).some((child) => isRowKey(child) && child.textContent !== '')

/** The columns the questions under a path speak of. @param {'save'|'show'} [only] */
export function columnsUnder(marks, path, only) {
  return [...marks].filter(([at]) => at.startsWith(`${path}/`)).flatMap(([, { save, show }]) => (only ? { save, show }[only] : [save, show])).filter(Boolean)
}
