const XFORMS = 'http://www.w3.org/2002/xforms'
const OURS = 'https://hetu.local/xforms'
const ROSA = 'http://openrosa.org/javarosa'
const NAMES = ['save', 'confirm', 'show']

/**
 * What a form says of its questions in our own words: `save`: the column an answer updates and comes from, `confirm`: `each`
 * where nothing may be confirmed by the section, `show`: the column that is only shown.
 * @typedef {{save: string|null, confirm: string|null, show: string|null, isMade: boolean}} Marks isMade: nobody answers it
 * @param {Document} form an XForm @returns {Map<string, Marks>} by the path of the question
 */
export function marksOf(form) {
  const binds = [...form.getElementsByTagNameNS(XFORMS, 'bind')]
  return new Map(binds.map((bind) => [bind.getAttribute('nodeset'), marks(bind)]))
}

const marks = (bind) => ({ ...Object.fromEntries(NAMES.map((name) => [name, bind.getAttributeNS(OURS, name) || null])), isMade: isMade(bind) })

/** By the form itself, out of other answers or the clock. */
const isMade = (bind) => bind.hasAttribute('calculate') || bind.hasAttributeNS(ROSA, 'preload')

/** Root of the primary instance. @param {Document} form @returns {Element} */
export function primaryRoot(form) {
  return elements(form.getElementsByTagNameNS(XFORMS, 'instance')[0])[0]
}

export const hasInstance = (form) => Boolean(form.getElementsByTagNameNS(XFORMS, 'instance')[0]) && form.getElementsByTagName('parsererror').length === 0

/** @param {Element} parent @returns {Element[]} */
export const elements = (parent) => [...parent.childNodes].filter((node) => node.nodeType === 1)

/** @param {string} reference of one node, `/data/member[2]/name` @returns {string} path of its question, `/data/member/name` */
export const pathOf = (reference) => reference.replace(/\[\d+\]/g, '')
