/** Households that have a position, as marks on a map. */
export function marksOf(rows) {
  return rows.filter(({ lon }) => lon !== null).map(({ id, lon, lat, state, head }) => ({ id, lon, lat, state, label: head }))
}
