const LOCK = 'hetu-sync'

/**
 * One at a time on this phone, whichever tab asks. Without Web Locks two may run at once, which costs
 * bytes but doubles nothing.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inTurn(work) {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work()
}
