/**
 * The datums of Chinese maps. What is stored is WGS 84; the others exist at the edges (links, painted tiles).
 * Same answers as webapp/domain/datum.py: tests/cases/datum/ holds both to them.
 */
import gcoord from 'gcoord'

/** @typedef {'WGS84'|'CGCS2000'|'GCJ02'|'BD09'} Datum @typedef {[lon: number, lat: number]} Point */

// CGCS2000 differs from WGS 84 by centimetres, a phone by metres.
const SYSTEMS = { WGS84: gcoord.WGS84, CGCS2000: gcoord.WGS84, GCJ02: gcoord.GCJ02, BD09: gcoord.BD09 }

/** @param {Point} point @param {Datum} datum @returns {Point} */
export function fromWgs84(point, datum) {
  return gcoord.transform([...point], gcoord.WGS84, SYSTEMS[datum])
}

/**
 * The WGS 84 point whose image in `datum` is `point`. Iterated here because gcoord's own way back
 * stops at 0.1 m, which would make a point move on every round trip.
 * @param {Point} point
 * @param {Datum} datum
 * @returns {Point}
 */
export function toWgs84(point, datum) {
  let guess = point
  for (let round = 0; round < 6; round += 1) {
    const image = fromWgs84(guess, datum)
    guess = [guess[0] + point[0] - image[0], guess[1] + point[1] - image[1]]
  }
  return guess
}

/**
 * Links that lead to a stored WGS 84 point. `geo` opens the phone's own chooser (RFC 5870: WGS 84);
 * `amap` opens Amap, or its page where Amap is not installed, in Amap's datum. The name goes to the map
 * provider: give a household's number, not a person.
 * @param {number} lon
 * @param {number} lat
 * @param {string} name
 */
export function navigationLink(lon, lat, name) {
  const label = encodeURIComponent(name).replace(/[()']/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
  const at = `${degrees(lat)},${degrees(lon)}`
  const [eastward, northward] = fromWgs84([lon, lat], 'GCJ02').map(degrees)
  return {
    geo: `geo:${at}?q=${at}(${label})`,
    amap: `https://uri.amap.com/marker?position=${eastward},${northward}&name=${label}&src=hetu&coordinate=gaode&callnative=1`,
  }
}

const degrees = (value) => value.toFixed(6)
