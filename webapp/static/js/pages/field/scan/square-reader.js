const LONGEST_PX = 800

/**
 * Reads a square out of what the camera shows: with the browser's own reader where it has one that works (phones without
 * Google's services have one that does not), else with ours, which is fetched when it is needed.
 * @returns {Promise<(video: HTMLVideoElement) => Promise<string|null>>} null: there is none in the picture
 */
export async function squareReader(scope = globalThis) {
  const own = await browsersOwn(scope)
  let ours = null
  return async (video) => {
    if (own && !ours) {
      try {
        return await own(video)
      } catch {
        // it is there and cannot read; ours takes over for good
      }
    }
    ours ??= await carried()
    return ours(video)
  }
}

async function browsersOwn({ BarcodeDetector }) {
  const formats = await BarcodeDetector?.getSupportedFormats().catch(() => [])
  if (!formats?.includes('qr_code')) return null
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null
}

async function carried() {
  const { default: decode } = await import('qr/decode.js')
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    const scale = Math.min(1, LONGEST_PX / Math.max(video.videoWidth, video.videoHeight))
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    if (!canvas.width) return null
    pen.drawImage(video, 0, 0, canvas.width, canvas.height)
    return decoded(decode, pen.getImageData(0, 0, canvas.width, canvas.height))
  }
}

function decoded(decode, picture) {
  try {
    return decode(picture)
  } catch {
    return null // it throws where nothing can be read
  }
}
