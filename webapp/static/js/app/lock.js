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
 * Lock when nobody has touched the phone for so long, shown or hidden. A phone asleep stops its timers and the clock that
 * never jumps, so the time hidden is taken from the one that may: better locked once too often. How long, signing in may change.
 */
export function lockWhenLeft() {
  let afterMs = Infinity
  let touched = performance.now()
  let hiddenAt = Date.now()
  const look = () => performance.now() - touched >= afterMs && lock()
  const touch = () => look() || (touched = performance.now())
  const turn = () => {
    if (document.hidden) hiddenAt = Date.now()
    else if (Math.abs(Date.now() - hiddenAt) >= afterMs) lock()
  }
  watchPolicy(({ lock_after_s }) => { afterMs = lock_after_s * 1000 })
  setInterval(look, LOOK_MS)
  document.addEventListener('visibilitychange', turn)
  SIGNS.forEach((sign) => addEventListener(sign, touch, { capture: true, passive: true }))
}
