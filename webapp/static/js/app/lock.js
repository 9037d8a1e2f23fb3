import { announceLock } from '../store/db.js'
import { vaultState, watchPolicy } from '../store/vault.js'

const LOOK_MS = 1000
const SIGNS = ['pointerdown', 'keydown', 'input']

/**
 * Forget the key and all that was read with it: a new page. Without a worker and without a network there would be no new
 * page, and capturing comes before locking.
 */
export async function lock() {
  if (!navigator.serviceWorker?.controller && !navigator.onLine) return
  if ((await vaultState()) !== 'open') return // nobody has signed in
  await announceLock()
  location.reload()
}

/**
 * Lock when nobody has touched the phone for so long, shown or hidden: a hidden page's timers sleep, so it is asked again
 * before anything is touched. How long, signing in may change.
 */
export function lockWhenLeft() {
  let afterMs = Infinity
  let touched = Date.now()
  const look = () => Date.now() - touched >= afterMs && lock()
  const touch = () => look() || (touched = Date.now())
  watchPolicy(({ lock_after_s }) => { afterMs = lock_after_s * 1000 })
  setInterval(look, LOOK_MS)
  document.addEventListener('visibilitychange', look)
  SIGNS.forEach((sign) => addEventListener(sign, touch, { capture: true, passive: true }))
}
