// A plain map for phones without WebGL2: Web Mercator on the unit square, so that zoom means the same as on the other map.
const TILE_PX = 512

export function toPlane({ lon, lat }) {
  const sine = Math.sin((lat * Math.PI) / 180)
  return { x: lon / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) }
}

export function fromPlane({ x, y }) {
  return { lon: (x - 0.5) * 360, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI }
}

/** Screen pixels for one unit of the plane. */
export const scaleAt = (zoom) => TILE_PX * 2 ** zoom

/** The zoom at which a box fills a screen, and the middle of the box. */
export function fit([[west, south], [east, north]], { width, height }, mostZoom) {
  const [a, b] = [toPlane({ lon: west, lat: north }), toPlane({ lon: east, lat: south })]
  const scale = Math.min((width * 0.8) / (b.x - a.x), (height * 0.8) / (b.y - a.y))
  return { ...fromPlane({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }), zoom: Math.min(mostZoom, Math.log2(scale / TILE_PX)) }
}
