/**
 * What is known of whom a form is about: this year's rows as far as there are any, else last year's. Values are the text an
 * answer would be; of a sealed field only its mask is known.
 * @typedef {{id: string}} Row
 * @typedef {{rows: Record<'members'|'helpers'|'measures', Row[]>, text: (column: string, row?: string|null) => string,
 *   mask: (column: string, row?: string|null) => string}} Known
 */
const LISTS = ['members', 'helpers', 'measures']
const LIST_OF = { member: 'members', member_year: 'members', helper_link: 'helpers', measure: 'measures' }

/**
 * @param {{household?: object, area?: object, family?: {last: object|null, this: object|null}|null,
 *   areaYear?: {last: object|null, this: object|null}|null}} facts
 * @returns {Known}
 */
export function knownOf({ household = {}, area = {}, family = null, areaYear = null }) {
  const years = [family?.this, family?.last].filter(Boolean)
  const rows = Object.fromEntries(LISTS.map((list) => [list, newest(list, years)]))
  const whole = {
    household, area, household_year: newestOf(years.map((year) => year.household_year)),
    area_year: newestOf([areaYear?.this, areaYear?.last]),
  }
  const holder = (entity, row) => whole[entity] ?? fieldsOf(entity, rows[LIST_OF[entity]]?.find(({ id }) => id === row)) ?? {}
  const found = (column, row, suffix) => {
    const [entity, field] = column.split('.')
    return asText(holder(entity, row)[field + suffix])
  }
  return { rows, text: (column, row = null) => found(column, row, ''), mask: (column, row = null) => found(column, row, '_masked') }
}

/** A list nobody has written this year is last year's; a member's year may be missing while the member is there. */
function newest(list, years) {
  const [rows, ...older] = years.map((year) => year[list] ?? []).filter((found) => found.length)
  const yearsOf = ({ id, member_year }) => [member_year, ...older.map((earlier) => earlier.find((row) => row.id === id)?.member_year)]
  return (rows ?? []).map((row) => ({ ...row, member_year: newestOf(yearsOf(row)) }))
}

/** Field by field: what one form wrote this year is no reason to forget the rest of last year. */
const newestOf = (rows) => Object.assign({}, ...rows.filter(Boolean).reverse().map(said))
const said = (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== ''))

function fieldsOf(entity, row) {
  return entity in (row ?? {}) ? row[entity] : row
}

/** As an answer is written: codes of yes and no, several with a blank between. */
function asText(value) {
  if (value === null || value === undefined) return ''
  return typeof value === 'boolean' ? String(Number(value)) : String(value)
}

/** Which list the rows of a repeat are of, by what its questions speak of. @param {string[]} columns */
export const listOf = (columns) => columns.map((column) => LIST_OF[column.split('.')[0]]).find(Boolean) ?? null
