/**
 * The marks of the states as pictures for the map: the same shapes as templates/coverage/_marks.html.
 * @typedef {'missing'|'uploaded'|'accepted'|'returned'|'excepted'} State
 */

const SIZE = 22
const PAPER = '#ffffff'
const COLOURS = { missing: '#6b7280', uploaded: '#b45309', accepted: '#15803d', returned: '#b91c1c', excepted: '#6d28d9' }

const SHAPES = {
  missing: (pen) => ring(pen, 7),
  uploaded: (pen) => disc(pen, 7),
  accepted(pen) {
    disc(pen, 8.5)
    line(pen, [[7, 11.3], [9.9, 14.2], [15.2, 8.2]])
  },
  returned: (pen) => fill(pen, [[3, 3], [19, 3], [19, 19]]),
  excepted: (pen) => fill(pen, [[3, 8], [19, 8], [19, 14], [3, 14]]),
}

export const STATES = Object.keys(SHAPES)

/** @param {State} state @param {number} ratio device pixels per pixel @returns {ImageData} */
export function mark(state, ratio) {
  const canvas = new OffscreenCanvas(SIZE * ratio, SIZE * ratio)
  const pen = canvas.getContext('2d')
  pen.scale(ratio, ratio)
  pen.lineJoin = 'round'
  pen.lineCap = 'round'
  pen.fillStyle = pen.strokeStyle = COLOURS[state]
  SHAPES[state](pen)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

function ring(pen, radius) {
  pen.beginPath()
  pen.arc(SIZE / 2, SIZE / 2, radius, 0, 2 * Math.PI)
  outline(pen, PAPER, 5)
  outline(pen, pen.fillStyle, 2.5)
}

function disc(pen, radius) {
  pen.beginPath()
  pen.arc(SIZE / 2, SIZE / 2, radius, 0, 2 * Math.PI)
  outline(pen, PAPER, 3)
  pen.fill()
}

function fill(pen, corners) {
  trace(pen, corners)
  pen.closePath()
  outline(pen, PAPER, 3)
  pen.fill()
}

function line(pen, corners) {
  trace(pen, corners)
  outline(pen, PAPER, 2.2)
}

function trace(pen, corners) {
  pen.beginPath()
  for (const [x, y] of corners) pen.lineTo(x, y)
}

function outline(pen, colour, width) {
  pen.save()
  pen.strokeStyle = colour
  pen.lineWidth = width
  pen.stroke()
  pen.restore()
}
