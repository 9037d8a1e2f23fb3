/**
 * The one geolocation watch of the app. Pages open it and close it; it runs while somebody holds it
 * and the page is visible. A second request beside a running watch can wait until its timeout on a
 * phone that does not move, so nothing else may ask for positions.
 */
import { describe, newSeries, withError, withPosition } from './series.js'

const OPTIONS = { enableHighAccuracy: true, maximumAge: 0, timeout: 15_000 }
const DENIED = 1
const TICK_MS = 1000
/** The next page opens after the last one closed; the receiver should not cool down in between. */
export const LINGER_MS = 3000
/** Hidden for longer than a photo takes: the phone may be at another door by now. */
export const AWAY_MS = 60_000

/**
 * @typedef {object} WatchState
 * @property {'starting'|'denied'|'unavailable'|'timeout'|'searching'|'fixing'|'settled'} state
 *   searching: readings come, none usable; fixing: there is an estimate and it improves; settled: go on
 * @property {import('./estimate.js').FixRow[]} fixes as they are stored and sent
 * @property {import('./estimate.js').Estimate|null} estimate
 * @property {number} share 0 to 1, how near to settled
 * @property {boolean} capped a minute of usable readings is over, settled or not
 * @property {{at, lon, lat, accuracy_m, altitude_m, age_ms}|null} last the newest reading
 * @property {number} elapsed_ms since the series began
 * @property {'unknown'|'prompt'|'granted'|'denied'|'unsupported'} permission
 */

export class Watch {
  #env
  #listeners = new Set()
  #series
  #permission
  #watchId = null
  #ticker = null
  #lingering = null
  #hiddenAt = null
  #lock = null
  #active = false

  /** @param {{geolocation, permissions, wakeLock, document, now: () => number}} env */
  constructor(env) {
    this.#env = env
    this.#series = newSeries(env.now())
    this.#permission = env.geolocation ? 'unknown' : 'unsupported'
  }

  /**
   * @param {{onChange: (state: WatchState) => void}} options called at once, on every reading and every second
   * @returns {{close: () => void, reset: () => void}} reset begins a new series, at a new door
   */
  open({ onChange }) {
    const listener = (state) => onChange(state)
    this.#listeners.add(listener)
    this.#activate()
    listener(this.#state())
    return { close: () => this.#close(listener), reset: () => this.#reset() }
  }

  #close(listener) {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return
    this.#lingering = setTimeout(() => this.#deactivate(), LINGER_MS)
  }

  #reset() {
    const { readings, error } = this.#series
    this.#series = newSeries(this.#env.now())
    // A phone lying still may have nothing new to say to a watch that has spoken; one that has not
    // may be waiting for the person's permission, and must not ask twice.
    if (readings.length > 0 || error) this.#stopListening()
    this.#listen()
    this.#publish()
  }

  #activate() {
    clearTimeout(this.#lingering)
    if (this.#active) return
    this.#active = true
    this.#series = newSeries(this.#env.now())
    this.#env.document.addEventListener('visibilitychange', this.#onVisibility)
    this.#followPermission()
    if (!this.#env.document.hidden) this.#resume()
  }

  #deactivate() {
    this.#active = false
    this.#hiddenAt = null
    this.#env.document.removeEventListener('visibilitychange', this.#onVisibility)
    this.#pause()
  }

  #onVisibility = () => {
    const now = this.#env.now()
    if (this.#env.document.hidden) {
      this.#hiddenAt = now
      this.#pause()
      return
    }
    if (this.#hiddenAt !== null && now - this.#hiddenAt > AWAY_MS) this.#series = newSeries(now)
    this.#resume()
    this.#publish()
  }

  #resume() {
    this.#ticker ??= setInterval(() => this.#publish(), TICK_MS)
    this.#keepAwake()
    this.#listen()
  }

  #pause() {
    clearInterval(this.#ticker)
    this.#ticker = null
    this.#stopListening()
    this.#lock?.release()
    this.#lock = null
  }

  #listen() {
    const { geolocation, document } = this.#env
    if (!geolocation || this.#watchId !== null || document.hidden) return
    this.#series = { ...this.#series, error: null }
    this.#watchId = geolocation.watchPosition(this.#onPosition, this.#onError, OPTIONS)
  }

  #stopListening() {
    if (this.#watchId === null) return
    this.#env.geolocation.clearWatch(this.#watchId)
    this.#watchId = null
  }

  #onPosition = (position) => {
    this.#permission = 'granted'
    this.#series = withPosition(this.#series, position, this.#env.now())
    this.#publish()
  }

  #onError = ({ code }) => {
    if (code === DENIED) {
      this.#permission = 'denied'
      this.#stopListening()
    }
    this.#series = withError(this.#series, code, this.#env.now())
    this.#publish()
  }

  async #followPermission() {
    try {
      const status = await this.#env.permissions.query({ name: 'geolocation' })
      const follow = () => this.#onPermission(status.state)
      status.onchange = follow
      follow()
    } catch {
      // Old browsers cannot be asked; the first reading or error tells.
    }
  }

  #onPermission(permission) {
    this.#permission = permission
    if (permission === 'granted' && this.#active) this.#listen()
    this.#publish()
  }

  async #keepAwake() {
    try {
      const lock = await this.#env.wakeLock.request('screen')
      if (this.#ticker === null) await lock.release()
      else this.#lock = lock
    } catch {
      // Missing, or refused at low battery: the person keeps the screen on by hand.
    }
  }

  #state() {
    return describe(this.#series, this.#permission, this.#env.now())
  }

  #publish() {
    const state = this.#state()
    for (const listener of this.#listeners) listener(state)
  }
}

let shared = null

/** Hold the app's watch. @param {{onChange: (state: WatchState) => void}} options */
export function openWatch(options) {
  const { geolocation, permissions, wakeLock } = navigator
  shared ??= new Watch({ geolocation, permissions, wakeLock, document, now: () => Date.now() })
  return shared.open(options)
}
