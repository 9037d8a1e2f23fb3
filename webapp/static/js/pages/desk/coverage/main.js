import '../../../../css/coverage.css'

import { startLive } from './live.js'

const frame = document.getElementById('map')
const live = document.getElementById('freshness') ? startLive() : null

if (frame) {
  // the map is ten times the rest of the page: lists and paper do without it
  import('./map.js')
    .then(({ openMap }) => openMap(frame, live))
    .catch(() => frame.replaceChildren(frame.dataset.failed))
}
