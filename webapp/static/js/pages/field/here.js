import { onBeforeUnmount, reactive } from 'vue'

import { distance_m } from '../../geo/distance.js'
import { openWatch } from '../../geo/watch.js'

// re-sorting a list under a finger is worse than being a few steps behind
const STEP_M = 15
const FAILED = ['denied', 'unavailable', 'timeout']

/** Roughly where the person stands, while asked for: moves in steps, unlike the doorstep's estimate. */
export function useHere() {
  let handle = null
  const here = reactive({ position: null, failed: false, start, stop })

  function start() {
    handle ??= openWatch({ onChange: follow })
  }
  function stop() {
    handle?.close()
    handle = null
  }
  function follow({ state, last }) {
    here.failed = FAILED.includes(state)
    if (last && movedOn(here.position, last)) here.position = { lon: last.lon, lat: last.lat, accuracy_m: last.accuracy_m }
  }

  onBeforeUnmount(stop)
  return here
}

function movedOn(from, to) {
  return !from || to.accuracy_m < from.accuracy_m / 2 || distance_m([from.lon, from.lat], [to.lon, to.lat]) > STEP_M
}
