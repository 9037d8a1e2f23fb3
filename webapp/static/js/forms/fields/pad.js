const LINE = 2.5
const INK = '#1c1f1e'

/**
 * A sheet of paper for a finger.
 * @param {HTMLCanvasElement} canvas already on the page @param {() => void} began
 * @returns {{clear: () => void, picture: () => Promise<Blob>}}
 */
export function openPad(canvas, began) {
  const { width, height } = canvas.getBoundingClientRect()
  const scale = Math.min(2, devicePixelRatio || 1)
  Object.assign(canvas, { width: width * scale, height: height * scale })
  const ink = canvas.getContext('2d')
  ink.scale(scale, scale)
  Object.assign(ink, { lineWidth: LINE, lineCap: 'round', lineJoin: 'round', strokeStyle: INK })
  const clear = () => {
    ink.fillStyle = '#fff' // a JPEG has no transparency
    ink.fillRect(0, 0, width, height)
  }
  clear()
  follow(canvas, ink, began)
  return { clear, picture: () => new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85)) }
}

function follow(canvas, ink, began) {
  let isDown = false
  const at = ({ offsetX, offsetY }) => [offsetX, offsetY]
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId)
    isDown = true
    ink.beginPath()
    ink.moveTo(...at(event))
    ink.lineTo(...at(event))
    ink.stroke()
    began()
  }
  canvas.onpointermove = (event) => {
    if (!isDown) return
    ink.lineTo(...at(event))
    ink.stroke()
  }
  canvas.onpointerup = canvas.onpointercancel = () => { isDown = false }
}
