const PATIENCE_MS = 60_000
const realNow = Date.now
const realSetTimeout = setTimeout

/**
 * The phone's own clock: it runs `tempo` times as fast as ours, and may jump. Waits of the phone get shorter by as
 * much, but for the patience with one request: the server at the other end is no quicker than ever.
 */
export function startClock(tempo, jumpMs = 0) {
  const began = realNow()
  const clock = { jumpMs, now: () => Math.round(began + (realNow() - began) * tempo + clock.jumpMs) }
  globalThis.Date = class extends Date {
    constructor(...given) {
      super(...(given.length ? given : [clock.now()]))
    }

    static now() {
      return clock.now()
    }
  }
  globalThis.setTimeout = (work, ms = 0, ...rest) => realSetTimeout(work, ms === PATIENCE_MS ? ms : ms / tempo, ...rest)
  return clock
}

/** Our own time, whatever the phone thinks. */
export const really = (ms) => new Promise((resolve) => realSetTimeout(resolve, ms))
