const SPARE_ROWS = 6

/** The rows worth drawing: those in sight and a few more on both sides. `top` is how far the list is scrolled. */
export function visibleRows({ top, height, rowPx, count }) {
  const first = Math.max(0, Math.floor(top / rowPx) - SPARE_ROWS)
  const last = Math.min(count, Math.ceil((top + height) / rowPx) + SPARE_ROWS)
  return { first: Math.min(first, count), last: Math.max(last, 0) }
}
