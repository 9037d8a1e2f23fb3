import { STATE_COLOURS, STATE_SHAPES } from '../state-shapes.js'
import { collection } from './view.js'

const JADE = '#0f766e'
const INK = '#1c1f1e'
const PAPER = '#f7f6f2'
const ICON_PX = 48
const PIXEL_RATIO = 2

const empty = { type: 'geojson', data: collection([]) }
const isGroup = ['==', ['get', 'level'], 'group']

/** Our own outlines and points on paper. No tiles and no glyphs: text is drawn with the phone's fonts. */
export function mapStyle() {
  return {
    version: 8,
    sources: { areas: empty, points: empty, here: empty },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': PAPER } },
      { id: 'area-fill', type: 'fill', source: 'areas', filter: ['!', isGroup], paint: { 'fill-color': JADE, 'fill-opacity': 0.05 } },
      outline('group-line', isGroup, { 'line-color': JADE, 'line-opacity': 0.5, 'line-width': 1, 'line-dasharray': [3, 2] }),
      outline('area-line', ['all', ['!', isGroup], ['!', ['get', 'derived']]], { 'line-color': JADE, 'line-width': 2 }),
      outline('derived-line', ['all', ['!', isGroup], ['get', 'derived']], { 'line-color': JADE, 'line-width': 2, 'line-dasharray': [4, 3] }),
      { id: 'here-circle', type: 'fill', source: 'here', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': '#1d4ed8', 'fill-opacity': 0.12 } },
      { id: 'picked', type: 'circle', source: 'points', filter: isPicked(null),
        paint: { 'circle-radius': 20, 'circle-color': JADE, 'circle-opacity': 0.16, 'circle-stroke-color': JADE, 'circle-stroke-width': 2 } },
      points(),
      { id: 'here-dot', type: 'circle', source: 'here', filter: ['==', ['geometry-type'], 'Point'],
        paint: { 'circle-radius': 8, 'circle-color': '#1d4ed8', 'circle-stroke-color': '#fff', 'circle-stroke-width': 3 } },
    ],
  }
}

export function isPicked(id) {
  return ['==', ['get', 'id'], id ?? '']
}

function outline(id, filter, paint) {
  return { id, type: 'line', source: 'areas', filter, paint, layout: { 'line-join': 'round' } }
}

function points() {
  return {
    id: 'points', type: 'symbol', source: 'points',
    layout: {
      'icon-image': ['get', 'state'], 'icon-allow-overlap': true,
      'icon-size': ['interpolate', ['linear'], ['zoom'], 11, 0.4, 15, 0.8, 17, 1.1],
      'text-field': ['step', ['zoom'], '', 16, ['get', 'label']],
      'text-size': 16, 'text-anchor': 'top', 'text-offset': [0, 0.9], 'text-optional': true,
    },
    paint: { 'text-color': INK, 'text-halo-color': PAPER, 'text-halo-width': 1.5 },
  }
}

/** Give the map the same marks the lists use. */
export function addStateImages(map) {
  for (const state of Object.keys(STATE_SHAPES)) map.addImage(state, drawState(state), { pixelRatio: PIXEL_RATIO })
}

function drawState(state) {
  const canvas = Object.assign(document.createElement('canvas'), { width: ICON_PX, height: ICON_PX })
  const pen = canvas.getContext('2d')
  pen.lineCap = pen.lineJoin = 'round'
  pen.scale(ICON_PX / 28, ICON_PX / 28)
  pen.translate(2, 2) // room for the halo
  for (const { d } of STATE_SHAPES[state]) ink(pen, new Path2D(d), '#fff', 4)
  for (const { d, fill, stroke, width } of STATE_SHAPES[state]) {
    const colours = { state: STATE_COLOURS[state], paper: '#fff' }
    if (fill) ink(pen, new Path2D(d), colours[fill])
    if (stroke) ink(pen, new Path2D(d), colours[stroke], width)
  }
  return pen.getImageData(0, 0, ICON_PX, ICON_PX)
}

function ink(pen, path, colour, width) {
  pen.fillStyle = pen.strokeStyle = colour
  pen.lineWidth = width
  if (width) pen.stroke(path)
  else pen.fill(path)
}
