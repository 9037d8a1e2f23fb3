import { onBeforeUnmount, shallowRef } from 'vue'

import { openWatch } from '../../geo/watch.js'

let doorOf = null

/**
 * The position watch at one doorstep. Opened by the household's page so that the receiver is warm when
 * the capture page asks; walking to another door begins a new series.
 * @returns {{state: import('vue').ShallowRef<import('../../geo/watch.js').WatchState>, restart: () => void}}
 */
export function useDoorstep(entityId) {
  const state = shallowRef(null)
  const handle = openWatch({ onChange: (next) => { state.value = next } })
  if (doorOf !== entityId) handle.reset()
  doorOf = entityId
  onBeforeUnmount(handle.close)
  return { state, restart: handle.reset }
}
