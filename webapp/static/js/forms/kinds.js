/** Which of our widgets draws a node of the engine. Null: nothing to draw. */
const INPUTS = {
  string: 'text', int: 'number', decimal: 'decimal', date: 'date', time: 'time', dateTime: 'moment', geopoint: 'geopoint', barcode: 'barcode',
}
const CONTROLS = {
  group: () => 'group', 'repeat-range:uncontrolled': () => 'repeat', 'repeat-range:controlled': () => 'repeat', 'repeat-instance': () => 'entry',
  input: ({ valueType }) => INPUTS[valueType] ?? 'unsupported',
  select: ({ selectType }) => (selectType === 'select' ? 'several' : 'one'),
  rank: () => 'rank', range: () => 'range', trigger: () => 'trigger', note: () => 'note', upload,
}

/** @returns {string|null} */
export const kindOf = (node) => CONTROLS[node.nodeType]?.(node) ?? null

function upload({ nodeOptions, appearances }) {
  if (nodeOptions.media.type !== 'image') return 'unsupported'
  return ['signature', 'draw'].some((name) => appearances?.[name]) ? 'signature' : 'image'
}
