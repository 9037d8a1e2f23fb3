import { squeeze } from './photo-squeeze.js'

self.onmessage = async ({ data: { id, file, lean } }) => {
  try {
    self.postMessage({ id, photo: await shrink(file, lean) })
  } catch (error) {
    self.postMessage({ id, problem: String(error) })
  }
}

async function shrink(file, lean) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    return await squeeze(bitmap, (size) => draw(bitmap, size), encode, lean)
  } finally {
    bitmap.close()
  }
}

function draw(bitmap, { width, height }) {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d').drawImage(bitmap, 0, 0, width, height)
  return canvas
}

const encode = (canvas, quality) => canvas.convertToBlob({ type: 'image/jpeg', quality })
