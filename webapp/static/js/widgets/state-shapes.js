// One drawing of the states for lists (SVG) and maps (canvas): paths in a box of 24 by 24.
// `fill` and `stroke` are `state` (the state's colour), `paper` or absent.
const circle = (radius) => `M${12 - radius} 12a${radius} ${radius} 0 1 0 ${2 * radius} 0 ${radius} ${radius} 0 1 0-${2 * radius} 0z`

export const STATE_COLOURS = {
  missing: '#646b68',
  on_phone: '#1d4ed8',
  uploaded: '#b45309',
  accepted: '#15803d',
  returned: '#b3261e',
  excepted: '#6d28d9',
}

export const STATE_SHAPES = {
  missing: [{ d: circle(8.5), fill: 'paper', stroke: 'state', width: 3 }],
  on_phone: [{ d: 'M12 2 22 13h-6v9H8v-9H2z', fill: 'state' }],
  uploaded: [{ d: circle(8), fill: 'state' }],
  accepted: [
    { d: circle(11), fill: 'state' },
    { d: 'm6.5 12.5 3.8 3.8 7.4-8', stroke: 'paper', width: 2.8 },
  ],
  returned: [
    { d: 'M2.5 2.5h19v19h-19z', fill: 'paper', stroke: 'state', width: 2 },
    { d: 'M2 2h16L2 18z', fill: 'state' },
  ],
  excepted: [{ d: 'M1.5 8h21v8h-21z', fill: 'state' }],
}
