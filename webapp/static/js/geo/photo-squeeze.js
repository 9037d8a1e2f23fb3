const MOST_BYTES = 200_000
const LONGEST_PX = [1600, 1280, 1024, 800]
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
 * @returns {Promise<{blob: Blob, width: number, height: number}>}
 */
export async function squeeze(size, draw, encode) {
  let photo = null
  for (const longest of LONGEST_PX) {
    const target = fit(size, longest)
    const canvas = draw(target)
    for (const quality of QUALITIES) {
      photo = { blob: await encode(canvas, quality), ...target }
      if (photo.blob.size <= MOST_BYTES) return photo
    }
  }
  return photo
}
