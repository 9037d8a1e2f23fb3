const NORMAL = { mostBytes: 200_000, longestPx: [1600, 1280, 1024, 800] }
/** For a phone that is nearly full: faces and house numbers can still be made out. */
const LEAN = { mostBytes: 80_000, longestPx: [1024, 800, 640] }
// each with the share of the bytes that the first of them takes: at the low end of what pictures need, so that none is passed over that fits
const QUALITIES = [[0.75, 1], [0.6, 0.7], [0.45, 0.55]]

/** The largest size of the same shape that is nowhere longer than asked; never larger than the picture. */
export function fit({ width, height }, longest) {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/**
 * Coarser, then smaller, until the picture fits into the bytes it may have; the last try is taken as it is. What every
 * try took tells which of the next cannot fit, and those are not made.
 * @template Canvas
 * @param {{width: number, height: number}} size of the upright picture
 * @param {(size: {width: number, height: number}) => Canvas} draw
 * @param {(canvas: Canvas, quality: number) => Promise<Blob>} encode
 * @param {boolean} lean for a phone that is nearly full
 * @returns {Promise<{blob: Blob, width: number, height: number}>}
 */
export async function squeeze(size, draw, encode, lean = false) {
  const { mostBytes, longestPx } = lean ? LEAN : NORMAL
  const steps = longestPx.flatMap((longest) => QUALITIES.map(([quality, share]) => step(fit(size, longest), quality, share)))
  let [photo, tried, canvas] = [null, null, null]
  for (const next of steps) {
    const isLast = next === steps.at(-1)
    if (tried && !isLast && photo.blob.size * (next.weight / tried.weight) > mostBytes) continue
    if (next.target.width !== tried?.target.width) canvas = draw(next.target)
    photo = { blob: await encode(canvas, next.quality), ...next.target }
    tried = next
    if (photo.blob.size <= mostBytes) return photo
  }
  return photo
}

const step = (target, quality, share) => ({ target, quality, weight: target.width * target.height * share })
