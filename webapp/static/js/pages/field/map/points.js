/** Households that have a position, as marks on a map. */
export function marksOf(rows) {
  return rows.filter(({ lon }) => lon !== null).map(({ id, lon, lat, state, head }) => ({ id, lon, lat, state, label: head }))
}

/** The areas whose outline is worth drawing: those the person works in, not the whole district around them. */
export function ownAreas(areaRows, rows) {
  const codes = new Set(rows.flatMap(({ area, community }) => [area, community]))
  const own = areaRows.filter(({ code }) => codes.has(code))
  return own.some(({ boundary }) => boundary) ? own : areaRows.filter(({ level }) => level !== 'county')
}
