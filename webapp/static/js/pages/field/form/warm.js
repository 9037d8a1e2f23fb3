let warmed = null

/** The engine, loaded and made quick while nothing else happens. What cannot be fetched now is when it is needed. */
export function warmEngine() {
  warmed ??= idle().then(() => import('../../../forms/engine.js')).then(({ warm }) => warm()).catch(() => { warmed = null })
  return warmed
}

const idle = () => new Promise((resolve) => (globalThis.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 10_000 }) : setTimeout(resolve)))
