/** Where a map looks first. @typedef {[[west: number, south: number], [east: number, north: number]]} Box */

const SOME_DEGREES = 0.002

/** The smallest box around all positions, never thinner than a few houses; null for none. @returns {Box|null} */
export function boxAround(positions) {
  if (!positions.length) return null
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of positions) {
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  const [thinX, thinY] = [east - west, north - south].map((span) => Math.max(0, (SOME_DEGREES - span) / 2))
  return [[west - thinX, south - thinY], [east + thinX, north + thinY]]
}

/** The rings of a Polygon or MultiPolygon. */
export function ringsOf(geometry) {
  return geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
}

/** What to show at first: the households and, without any, the areas' outlines. */
export function firstBox(areas, points) {
  const outlines = areas.filter(({ boundary }) => boundary).flatMap(({ boundary }) => ringsOf(boundary).flat())
  return boxAround(points.length ? points.map(({ lon, lat }) => [lon, lat]) : outlines)
}

export const collection = (features) => ({ type: 'FeatureCollection', features })

export const pointFeatures = (points) => collection(points.map(({ id, lon, lat, state, label }) => ({
  type: 'Feature', properties: { id, state, label }, geometry: { type: 'Point', coordinates: [lon, lat] },
})))

export const areaFeatures = (areas) => collection(areas.filter(({ boundary }) => boundary).map((area) => ({
  type: 'Feature', properties: { level: area.level, derived: area.boundary_kind === 'derived' }, geometry: area.boundary,
})))

/** The circle a position may lie in, as a polygon: 48 corners look round on a phone. */
export function accuracyCircle({ lon, lat, accuracy_m }) {
  const [east, north] = [accuracy_m / (111_195 * Math.cos((lat * Math.PI) / 180)), accuracy_m / 111_195]
  const ring = Array.from({ length: 49 }, (_, i) => {
    const turn = (i * Math.PI) / 24
    return [lon + east * Math.cos(turn), lat + north * Math.sin(turn)]
  })
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
}
