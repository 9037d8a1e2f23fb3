/** One household's card over the map, with its raw fixes and the circle of its accuracy. */
import { distance_m } from '../../../geo/distance.js'
import { empty } from './layers.js'

const CIRCLE_CORNERS = 48

/** @param {import('maplibre-gl').Map} map */
export function openCard(map) {
  const panel = document.getElementById('household-card')
  let shown = null
  let opened = false
  let before = null

  async function load(household) {
    const { card } = JSON.parse(document.getElementById('coverage-data').textContent)
    const response = await fetch(`${card}${household}`, { headers: { 'HX-Request': 'true' } })
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    return document.importNode(page.body, true).childNodes
  }

  async function open(household, { focus = true } = {}) {
    shown = household
    opened = true
    before = focus ? document.activeElement : before
    const parts = await load(household)
    if (shown !== household) return
    panel.replaceChildren(...parts)
    panel.hidden = false
    draw(map, panel.querySelector('[data-lon]'), focus)
    keepAddress(household)
    if (focus) panel.focus({ preventScroll: true })
    if (focus) panel.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }

  function close() {
    shown = null
    panel.hidden = true
    draw(map, null, false)
    keepAddress(null)
    before?.focus?.({ preventScroll: true })
  }

  panel.addEventListener('click', (event) => event.target.closest('[data-close]') && close())
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && close())

  return {
    open,
    hasOpened: () => opened,
    /** After the page changed: another address closes the card or opens its own; fresh data fills the open one anew. */
    async follow({ household }) {
      if (shown && shown === new URL(window.location.href).searchParams.get('household')) return open(shown, { focus: false })
      if (household) return open(household)
      return shown ? close() : undefined
    },
  }
}

function keepAddress(household) {
  const url = new URL(window.location.href)
  if (household) url.searchParams.set('household', household)
  else url.searchParams.delete('household')
  window.history.replaceState(window.history.state, '', url)
}

function draw(map, facts, move) {
  if (!facts) {
    map.getSource('fixes').setData(empty())
    map.getSource('accuracy').setData(empty())
    return
  }
  const at = [Number(facts.dataset.lon), Number(facts.dataset.lat)]
  const fixes = JSON.parse(facts.dataset.fixes).map(([, lon, lat]) => point([lon, lat]))
  map.getSource('fixes').setData({ type: 'FeatureCollection', features: fixes })
  map.getSource('accuracy').setData(circle(at, Number(facts.dataset.accuracy)))
  if (move) map.easeTo({ center: at, zoom: Math.max(map.getZoom(), 16.5), offset: cardOffset(map), duration: 500 })
}

/** The card covers the right of a wide map and the foot of a narrow one: the point moves out from under it. */
const cardOffset = (map) => (map.getContainer().clientWidth > 560 ? [-160, 0] : [0, -110])

const point = (coordinates) => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates } })

function circle([lon, lat], radius_m) {
  const eastward = radius_m / distance_m([lon, lat], [lon + 1, lat])
  const northward = radius_m / distance_m([lon, lat], [lon, lat + 1])
  const corners = Array.from({ length: CIRCLE_CORNERS + 1 }, (_, n) => {
    const angle = (2 * Math.PI * n) / CIRCLE_CORNERS
    return [lon + eastward * Math.cos(angle), lat + northward * Math.sin(angle)]
  })
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [corners] } }
}
