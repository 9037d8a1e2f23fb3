/** What the map is made of, bottom to top. No glyphs: all words are drawn from the computer's own fonts. */

export const empty = () => ({ type: 'FeatureCollection', features: [] })

const source = (promoteId) => ({ type: 'geojson', data: empty(), ...(promoteId ? { promoteId } : {}) })
const is = (name, value) => ['==', ['get', name], value]
const guessed = is('kind', 'derived')

const FONT = ['sans-serif']
const INK = '#1c1f1e'
const JADE = '#0f766e'

export const style = {
  version: 8,
  sources: { shapes: source('area'), labels: source(), points: source(), accuracy: source(), fixes: source() },
  layers: [
    { id: 'paper', type: 'background', paint: { 'background-color': '#f7f6f2' } },
    { id: 'around-fill', type: 'fill', source: 'shapes', filter: is('role', 'around'), paint: { 'fill-color': '#ffffff' } },
    outline('around-line', 'around', false, '#8b918e', 1.5),
    outline('around-dashed', 'around', true, '#8b918e', 1.5),
    {
      id: 'areas',
      type: 'fill',
      source: 'shapes',
      filter: is('role', 'child'),
      paint: {
        'fill-color': [
          'case', ['has', 'percent'],
          ['interpolate', ['linear'], ['get', 'percent'], 0, '#f3f1ea', 50, '#a9d3cc', 100, '#2f9389'],
          '#eceae3',
        ],
        'fill-opacity': ['case', ['boolean', ['feature-state', 'under'], false], 0.75, 0.5],
      },
    },
    outline('areas-line', 'child', false, JADE, 2),
    outline('areas-dashed', 'child', true, JADE, 2),
    { id: 'accuracy', type: 'fill', source: 'accuracy', paint: { 'fill-color': JADE, 'fill-opacity': 0.14, 'fill-outline-color': JADE } },
    {
      id: 'fixes',
      type: 'circle',
      source: 'fixes',
      paint: { 'circle-radius': 3, 'circle-color': INK, 'circle-opacity': 0.6, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1 },
    },
    {
      id: 'points',
      type: 'symbol',
      source: 'points',
      layout: {
        'icon-image': ['get', 'state'],
        'icon-allow-overlap': true,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 11, 0.4, 13, 0.6, 16, 1],
        // what still has to be done lies on top of what is done
        'symbol-sort-key': ['match', ['get', 'state'], 'returned', 4, 'missing', 3, 'excepted', 2, 'uploaded', 1, 0],
      },
      paint: { 'icon-opacity': ['case', is('previous', true), 0.75, 1] },
    },
    {
      id: 'labels',
      type: 'symbol',
      source: 'labels',
      layout: {
        'text-field': ['get', 'words'],
        'text-font': FONT,
        'text-size': 15,
        'text-line-height': 1.25,
        'text-allow-overlap': false,
        'text-padding': 1,
        'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'],
        'text-radial-offset': 0.6,
      },
      paint: { 'text-color': INK, 'text-halo-color': '#ffffff', 'text-halo-width': 2.5 },
    },
  ],
}

function outline(id, role, dashed, colour, width) {
  return {
    id,
    type: 'line',
    source: 'shapes',
    filter: ['all', is('role', role), dashed ? guessed : ['!', guessed]],
    paint: { 'line-color': colour, 'line-width': width, ...(dashed ? { 'line-dasharray': [3, 2] } : {}) },
  }
}
