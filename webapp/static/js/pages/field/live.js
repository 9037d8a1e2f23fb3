import { onBeforeUnmount, shallowRef } from 'vue'

import { watchOutbox } from '../../store/outbox.js'
import { watchWorklist } from '../../store/worklist.js'

/** A store watch as a ref: null until the first answer, stopped with its component. */
function useWatch(watch) {
  const latest = shallowRef(null)
  onBeforeUnmount(watch((value) => { latest.value = value }))
  return latest
}

export const useWorklist = () => useWatch(watchWorklist)
export const useOutbox = () => useWatch(watchOutbox)
