import { squeeze } from './photo-squeeze.js'

const jobs = new Map()
let lastJob = 0
let worker = null

/**
 * Make a camera picture small enough for a village network: upright JPEG, at most 200 KB and 1600 px.
 * Done in a worker so that the page goes on; in the page where the browser knows no better.
 * The canvas drops all EXIF: the caller keeps time and place beside the picture.
 * @param {Blob} file
 * @param {{lean?: boolean}} options lean: smaller still, for a phone that is nearly full
 * @returns {Promise<{blob: Blob, width: number, height: number}>} rejects when it is no picture
 */
export function shrinkPhoto(file, { lean = false } = {}) {
  prepareToShrink()
  const id = ++lastJob
  return new Promise((resolve, reject) => {
    jobs.set(id, { file, lean, resolve, reject })
    worker.postMessage({ id, file, lean })
  })
}

/** Called when a picture may come soon: starting a worker takes as long as shrinking half a picture. */
export function prepareToShrink() {
  worker ??= canUseWorker() ? openWorker() : { postMessage: shrinkHere }
}

const canUseWorker = () => typeof Worker !== 'undefined' && typeof OffscreenCanvas !== 'undefined'

function openWorker() {
  const opened = new Worker(new URL('./photo-worker.js', import.meta.url), { type: 'module' })
  opened.onmessage = ({ data }) => finish(data)
  // some browsers know workers but no modules inside them, and say so only here
  opened.onerror = () => {
    opened.terminate()
    worker = { postMessage: shrinkHere }
    jobs.forEach(({ file, lean }, id) => shrinkHere({ id, file, lean }))
  }
  return opened
}

function finish({ id, photo, problem }) {
  const { resolve, reject } = jobs.get(id)
  jobs.delete(id)
  if (photo) resolve(photo)
  else reject(new Error(problem))
}

async function shrinkHere({ id, file, lean }) {
  try {
    const image = await openImage(file)
    const size = { width: image.naturalWidth, height: image.naturalHeight }
    finish({ id, photo: await squeeze(size, (target) => draw(image, target), encode, lean) })
  } catch (error) {
    finish({ id, problem: String(error) })
  }
}

async function openImage(file) {
  const image = new Image()
  image.src = URL.createObjectURL(file)
  await image.decode().finally(() => URL.revokeObjectURL(image.src))
  return image
}

function draw(image, size) {
  const canvas = Object.assign(document.createElement('canvas'), size)
  canvas.getContext('2d').drawImage(image, 0, 0, size.width, size.height)
  return canvas
}

const encode = (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
