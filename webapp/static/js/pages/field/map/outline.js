const MARGIN_M = 60
const METRES_PER_DEGREE = 111_195

/**
 * The areas to outline: those the person works in. A community without a stored outline gets the hull of
 * its known doors, marked `derived` so that nobody takes it for a border. With no outline at all the county's
 * is added, or a map on which nothing is known yet would show the whole world.
 */
export function ownAreas(areaRows, rows) {
  const codes = new Set(rows.flatMap(({ area, community }) => [area, community]))
  const own = areaRows.filter(({ code }) => codes.has(code)).map((area) => (
    area.boundary || area.level !== 'community' ? area : { ...area, ...derived(rows.filter(({ community }) => community === area.code)) }
  ))
  return own.some(({ boundary }) => boundary) ? own : [...own, ...areaRows.filter(({ level }) => level === 'county')]
}

function derived(rows) {
  const corners = hull(rows.filter(({ lon }) => lon !== null).map(({ lon, lat }) => [lon, lat]))
  if (corners.length < 3) return {}
  const ring = widened(corners)
  return { boundary: { type: 'Polygon', coordinates: [[...ring, ring[0]]] }, boundary_kind: 'derived' }
}

/** Convex hull, counter-clockwise (Andrew's monotone chain). */
export function hull(positions) {
  const sorted = [...positions].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  return [...chain(sorted), ...chain(sorted.reverse())]
}

function chain(sorted) {
  const kept = []
  for (const position of sorted) {
    while (kept.length > 1 && turn(kept.at(-2), kept.at(-1), position) <= 0) kept.pop()
    kept.push(position)
  }
  return kept.slice(0, -1) // the other chain begins with the last one
}

const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

/** A little outwards from the middle, so that no door lies on the line. */
function widened(corners) {
  const middle = [0, 1].map((axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length)
  const east = Math.cos((middle[1] * Math.PI) / 180)
  return corners.map(([lon, lat]) => {
    const [x, y] = [(lon - middle[0]) * east, lat - middle[1]]
    const grown = 1 + MARGIN_M / METRES_PER_DEGREE / Math.hypot(x, y)
    return [middle[0] + (x * grown) / east, middle[1] + y * grown]
  })
}
