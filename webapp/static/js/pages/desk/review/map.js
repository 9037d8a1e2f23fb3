import * as maplibregl from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'

import { layers, sources } from './scene.js'

// the buttons stand on the right
const FIT = { padding: { top: 48, right: 96, bottom: 48, left: 48 }, maxZoom: 19, animate: false }

/** Draw the page's scene: only our own shapes on paper, nothing fetched from anywhere. */
export function drawMap() {
  const scene = JSON.parse(document.getElementById('scene').textContent)
  maplibregl.setWorkerUrl(workerUrl)
  const bounds = boundsOf(scene)
  const map = new maplibregl.Map({
    container: 'map',
    style: { version: 8, sources: sources(scene), layers: layers() },
    bounds,
    fitBoundsOptions: FIT,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: false,
    canvasContextAttributes: { preserveDrawingBuffer: true }, // the sheet can be printed
  })
  map.addControl(new maplibregl.ScaleControl({ unit: 'metric', maxWidth: 120 }))
  map.touchZoomRotate.disableRotation()
  const steps = { in: () => map.zoomIn(), out: () => map.zoomOut(), fit: () => map.fitBounds(bounds, FIT) }
  for (const button of document.querySelectorAll('[data-zoom-map]')) {
    button.addEventListener('click', steps[button.dataset.zoomMap])
  }
}

/** Everything that is compared must be in sight; the circle too. */
function boundsOf(scene) {
  const bounds = new maplibregl.LngLatBounds()
  for (const spot of [scene.point, ...scene.others].filter(Boolean)) {
    const reach = Math.min(Math.max(spot.accuracy_m ?? 0, 20), 3000)
    const lat = reach / 111_195
    const lon = lat / Math.cos((spot.lat * Math.PI) / 180)
    bounds.extend([spot.lon - lon, spot.lat - lat]).extend([spot.lon + lon, spot.lat + lat])
  }
  return bounds
}
