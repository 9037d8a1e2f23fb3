import { shallowRef } from 'vue'

import { watchOutbox } from '../../store/outbox.js'
import { watchWorklist } from '../../store/worklist.js'

/** A store watch as one ref for all pages, null until the first answer: it lives as long as the app, so a page opens full. */
function shared(watch) {
  let latest = null
  return () => {
    if (!latest) {
      latest = shallowRef(null)
      watch((value) => { latest.value = value })
    }
    return latest
  }
}

export const useWorklist = shared(watchWorklist)
export const useOutbox = shared(watchOutbox)
