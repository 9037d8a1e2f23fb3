/**
 * What a correction of the register may say. The server judges by the same rules (webapp/services/stated_edit.py,
 * webapp/domain/phones.py); tests/cases/edit/ holds the cases both must judge alike.
 */
const NAME_SIGNS = 60
const LINE_SIGNS = 200
const COMMUNITY_DIGITS = 12
const FULL_NUMBER = 11
const [SHOWN_FRONT, SHOWN_END] = [3, 4]

/** In the order people are shown them. */
export const FIELDS = ['head', 'group', 'address', 'phone']

/** Without blanks at both ends, as a server written in another language sees blanks. @param {string} text */
export const tidied = (text) => text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, '')

/** A telephone number as it is kept: no blanks, dashes, brackets, full-width digits. @param {string} text */
export const plainNumber = (text) => text.normalize('NFKC').replace(/[\s\x1c-\x1f\x85]/g, '').toLowerCase().replace(/[-()]/g, '')

/** 138****5678; short numbers keep their last two digits only. @param {string} number */
export function maskedNumber(number) {
  const [front, end] = number.length < FULL_NUMBER ? [0, 2] : [SHOWN_FRONT, SHOWN_END]
  return number.slice(0, front) + '*'.repeat(Math.max(number.length - front - end, 0)) + number.slice(-end)
}

/**
 * Why the register may not say this, or null.
 * @param {'head'|'group'|'address'|'phone'} field @param {string} theirs tidy already @param {string} base
 * @returns {'empty'|'long'|'odd'|'group'|'number'|null}
 */
export const faultOf = (field, theirs, base) => JUDGES[field](theirs, base)

const JUDGES = {
  head: (theirs) => (theirs ? lineFault(theirs, NAME_SIGNS) : 'empty'),
  group: (theirs, base) => (/^[0-9]{14}$/.test(theirs) && communityOf(theirs) === communityOf(base) ? null : 'group'),
  address: (theirs) => lineFault(theirs, LINE_SIGNS),
  phone: (theirs) => (theirs === '' || /^\+?\p{Nd}{7,15}$/u.test(theirs) ? null : 'number'),
}

const communityOf = (code) => code.slice(0, COMMUNITY_DIGITS)

function lineFault(text, most) {
  if ([...text].length > most) return 'long'
  return /[\x00-\x1f\x7f]/.test(text) || text !== tidied(text) ? 'odd' : null
}

/** What a household's page shows, as an edit states it. */
export const seenOf = ({ head, area, address, phone, phone_mark = null }) => ({ head, group: area, address, phone, mark: phone_mark })

/**
 * The payload of an edit: what is wished and is not there already. A phone number is always said, for nobody can see whether
 * it is the one behind the mask.
 * @param {ReturnType<typeof seenOf>} seen as it was when the cadre looked
 * @param {{head?: string, group?: string, address?: string, phone?: string}} wishes as typed; undefined: nothing
 */
export function correction(seen, wishes, note = '') {
  const said = FIELDS.filter((field) => wishes[field] !== undefined).map((field) => [field, written(field, wishes[field])])
  const changed = said.filter(([field, theirs]) => (field === 'phone' ? theirs !== '' || seen.phone !== '' : theirs !== seen[field]))
  const mark = (field) => (field === 'phone' ? { mark: seen.mark } : {})
  return {
    fields: Object.fromEntries(changed.map(([field, theirs]) => [field, { base: seen[field], ...mark(field), theirs }])),
    note: tidied(note),
  }
}

const written = (field, text) => (field === 'phone' ? plainNumber(text) : tidied(text))
