export const EARTH_RADIUS_M = 6371008.8

const radians = (degrees) => degrees * (Math.PI / 180)

/**
 * Great-circle distance in metres between two [lon, lat] points in WGS 84 degrees.
 * Haversine on the mean sphere; same rule as webapp/domain/distance.py.
 * @param {[number, number]} a
 * @param {[number, number]} b
 */
export function distance_m(a, b) {
  const [lonA, latA] = a.map(radians)
  const [lonB, latB] = b.map(radians)
  const halfLat = Math.sin((latB - latA) / 2)
  const halfLon = Math.sin((lonB - lonA) / 2)
  const chord = halfLat * halfLat + Math.cos(latA) * Math.cos(latB) * halfLon * halfLon
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)))
}
