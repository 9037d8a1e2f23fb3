/** The map beside the table: the same area, the same filters, the same figures. */
import 'maplibre-gl/dist/maplibre-gl.css'
import * as maplibregl from 'maplibre-gl'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'

import { openCard } from './card.js'
import { empty, style } from './layers.js'
import { mark, STATES } from './marks.js'

maplibregl.setWorkerUrl(worker)

const RATIO = 2

/** @param {HTMLElement} frame @param {ReturnType<import('./live.js').startLive>} live */
export async function openMap(frame, live) {
  const map = new maplibregl.Map({ container: frame, style, attributionControl: false, dragRotate: false, maxZoom: 19, pitchWithRotate: false })
  map.touchZoomRotate.disableRotation()
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'top-left')
  map.addControl(new maplibregl.ScaleControl({ unit: 'metric' }), 'bottom-left')
  await map.once('load')
  for (const state of STATES) map.addImage(state, mark(state, RATIO), { pixelRatio: RATIO })
  const card = openCard(map)
  const drawing = makeDrawing(map, card)
  listen(map, live, card)
  addReset(map, frame, drawing)
  live.onChange(() => drawing.update())
  await drawing.update()
}

/** The page's own JSON, as it stands after the last swap. */
const pageData = () => JSON.parse(document.getElementById('coverage-data').textContent)

function makeDrawing(map, card) {
  const kept = new Map()
  let shown = null
  let bounds = null
  let turn = 0

  /** A GeoJSON of ours; asked for again only by its tag. */
  async function get(url) {
    const old = kept.get(url)
    const response = await fetch(url, { headers: old ? { 'If-None-Match': old.tag } : {} })
    if (response.status === 304) return old.body
    if (!response.ok) throw new Error(`${response.status}`)
    const body = await response.json()
    kept.set(url, { tag: response.headers.get('ETag'), body })
    return body
  }

  async function update() {
    turn += 1
    const mine = turn
    const page = pageData()
    const [shapes, points] = await Promise.all([get(page.shapes), page.points ? get(page.points) : empty()])
    if (mine !== turn) return
    draw(page, shapes, points)
    if (page.area !== shown) {
      shown = page.area
      bounds = boundsOf(shapes, points, page.area)
      fit(map.isMoving() || !card.hasOpened())
    }
    await card.follow(page)
  }

  function draw(page, shapes, points) {
    map.getSource('shapes').setData(painted(shapes, page))
    map.getSource('labels').setData(labels(shapes, page))
    map.getSource('points').setData(points)
    note(page, points)
    listShapeless(shapes, page)
  }

  function fit(animate = true) {
    if (bounds) map.fitBounds(bounds, { padding: 36, maxZoom: 17, animate, duration: 500 })
  }

  return { update, fit }
}

/** Shapes with the figures they are painted by. */
function painted(shapes, page) {
  const features = shapes.features
    .filter((feature) => feature.geometry)
    .map((feature) => {
      const percent = page.areas[feature.properties.area]?.percent
      const more = percent === null || percent === undefined ? {} : { percent }
      return { ...feature, properties: { ...feature.properties, ...more } }
    })
  return { type: 'FeatureCollection', features }
}

function labels(shapes, page) {
  const features = shapes.features
    .filter((feature) => feature.properties.role === 'child' && feature.geometry)
    .map(({ properties: { area, label } }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: label },
      properties: { words: `${page.areas[area].name}\n${page.areas[area].words}` },
    }))
  return { type: 'FeatureCollection', features }
}

function note(page, points) {
  const line = document.getElementById('map-note')
  const previous = points.features.some((feature) => feature.properties.previous)
  line.textContent = page.points ? (previous ? line.dataset.previous : '') : line.dataset.clusters
}

function listShapeless(shapes, page) {
  const box = document.getElementById('shapeless')
  const areas = shapes.features.filter(({ properties, geometry }) => properties.role === 'child' && !geometry)
  box.hidden = areas.length === 0
  box.querySelector('ul').replaceChildren(
    ...areas.map(({ properties: { area } }) => {
      const item = document.createElement('li')
      const link = document.createElement('a')
      link.href = page.areas[area].href
      link.textContent = `${page.areas[area].name} ${page.areas[area].words}`
      item.append(link)
      return item
    }),
  )
}

/** Around the area and its parts; else around the points; else around whatever outline there is. */
function boundsOf(shapes, points, area) {
  const withShape = shapes.features.filter((feature) => feature.geometry)
  const own = withShape.filter(({ properties }) => properties.role === 'child' || properties.area === area)
  const parts = own.length ? own : points.features.length ? points.features : withShape
  const box = new maplibregl.LngLatBounds()
  for (const { geometry } of parts) for (const place of places(geometry.coordinates)) box.extend(place)
  return box.isEmpty() ? null : box
}

const places = (nested) => (typeof nested[0] === 'number' ? [nested] : nested.flatMap(places))

function listen(map, live, card) {
  map.on('click', (event) => {
    const [point] = map.queryRenderedFeatures(around(event.point), { layers: ['points'] })
    if (point) return card.open(point.properties.household)
    const [area] = map.queryRenderedFeatures(event.point, { layers: ['areas'] })
    return area && live.show(pageData().areas[area.properties.area].href)
  })
  let under = null
  map.on('mousemove', (event) => {
    const [top] = map.queryRenderedFeatures(event.point, { layers: ['points', 'areas'] })
    map.getCanvas().classList.toggle('can-click', Boolean(top))
    if (under !== null) map.setFeatureState({ source: 'shapes', id: under }, { under: false })
    under = top?.layer.id === 'areas' ? top.properties.area : null
    if (under !== null) map.setFeatureState({ source: 'shapes', id: under }, { under: true })
  })
}

/** A finger is wider than a mark. */
const around = ({ x, y }) => [[x - 10, y - 10], [x + 10, y + 10]]

function addReset(map, frame, drawing) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'btn map-reset'
  button.textContent = frame.dataset.reset
  button.addEventListener('click', () => drawing.fit())
  frame.append(button)
}
