// The scene of one capture as GeoJSON sources and layers. Colours are those of review.css.
const METRES_PER_DEGREE = 111_195
const CORNERS = 72

const collection = (features) => ({ type: 'geojson', data: { type: 'FeatureCollection', features } })
const feature = (geometry, properties = {}) => ({ type: 'Feature', geometry, properties })
const dot = (lon, lat, properties) => feature({ type: 'Point', coordinates: [lon, lat] }, properties)

/** The ring of points `radius_m` around a spot. */
export function circle({ lon, lat, accuracy_m: radius_m }) {
  const wide = radius_m / METRES_PER_DEGREE / Math.cos((lat * Math.PI) / 180)
  const high = radius_m / METRES_PER_DEGREE
  const ring = Array.from({ length: CORNERS + 1 }, (_, i) => {
    const angle = (i / CORNERS) * 2 * Math.PI
    return [lon + wide * Math.cos(angle), lat + high * Math.sin(angle)]
  })
  return { type: 'Polygon', coordinates: [ring] }
}

const line = (from, to) => ({ type: 'LineString', coordinates: [[from.lon, from.lat], [to.lon, to.lat]] })

export function sources({ point, fixes, others, neighbours, photos, outlines }) {
  return {
    outlines: collection(outlines.map(({ kind, geometry }) => feature(geometry, { kind }))),
    circle: collection([point, ...others.filter(({ kind }) => kind === 'earlier')].filter((spot) => spot?.accuracy_m).map((spot) => feature(circle(spot)))),
    lines: collection(point ? others.map((other) => feature(line(point, other), { kind: other.kind })) : []),
    neighbours: collection(neighbours.map(([lon, lat]) => dot(lon, lat))),
    fixes: collection(fixes.map(([lon, lat]) => dot(lon, lat))),
    photos: collection(photos.map(([lon, lat]) => dot(lon, lat))),
    others: collection(others.map(({ lon, lat, kind }) => dot(lon, lat, { kind }))),
    point: collection(point ? [dot(point.lon, point.lat)] : []),
  }
}

const BY_KIND = ['match', ['get', 'kind'], 'previous', '#1d4ed8', 'superseded', '#6b7280', '#b45309']

function dots(source, paint) {
  return { id: source, type: 'circle', source, paint }
}

export function layers() {
  return [
    { id: 'paper', type: 'background', paint: { 'background-color': '#f2f0e9' } },
    { id: 'outlines', type: 'line', source: 'outlines', paint: { 'line-color': '#8a8577', 'line-width': 1.5, 'line-dasharray': [3, 2] } },
    { id: 'circle-fill', type: 'fill', source: 'circle', paint: { 'fill-color': '#0f766e', 'fill-opacity': 0.12 } },
    { id: 'circle-line', type: 'line', source: 'circle', paint: { 'line-color': '#0f766e', 'line-width': 1.5 } },
    { id: 'lines', type: 'line', source: 'lines', paint: { 'line-color': BY_KIND, 'line-width': 1.5, 'line-dasharray': [2, 2] } },
    dots('neighbours', { 'circle-radius': 5, 'circle-color': '#d9d6cc', 'circle-stroke-color': '#8a8577', 'circle-stroke-width': 1 }),
    dots('fixes', { 'circle-radius': 3.5, 'circle-color': '#1c1f1e', 'circle-opacity': 0.55 }),
    dots('photos', { 'circle-radius': 6, 'circle-color': '#ffffff', 'circle-stroke-color': '#6d28d9', 'circle-stroke-width': 2.5 }),
    dots('others', { 'circle-radius': 7, 'circle-color': '#ffffff', 'circle-stroke-color': BY_KIND, 'circle-stroke-width': 3 }),
    dots('point', { 'circle-radius': 8, 'circle-color': '#0f766e', 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 3 }),
  ]
}
