const NORMAL = { mostBytes: 200_000, longestPx: [1600, 1280, 1024, 800] }
/** For a phone that is nearly full: faces and house numbers can still be made out. */
const LEAN = { mostBytes: 80_000, longestPx: [1024, 800, 640] }
const QUALITIES = [0.75, 0.6, 0.45]

/** The largest size of the same shape that is nowhere longer than asked; never larger than the picture. */
export function fit({ width, height }, longest) {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/**
 * Coarser, then smaller, until the picture fits into 200 KB; the last try is taken as it is.
 * @template Canvas
 * @param {{width: number, height: number}} size of the upright picture
 * @param {(size: {width: number, height: number}) => Canvas} draw
 * @param {(canvas: Canvas, quality: number) => Promise<Blob>} encode
 * @param {boolean} lean
 * @returns {Promise<{blob: Blob, width: number, height: number}>}
 */
export async function squeeze(size, draw, encode, lean = false) {
  const { mostBytes, longestPx } = lean ? LEAN : NORMAL
  let photo = null
  for (const longest of longestPx) {
    const target = fit(size, longest)
    const canvas = draw(target)
    for (const quality of QUALITIES) {
      photo = { blob: await encode(canvas, quality), ...target }
      if (photo.blob.size <= mostBytes) return photo
    }
  }
  return photo
}
