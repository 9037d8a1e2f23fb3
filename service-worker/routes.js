export const SHELL = '/app/'

const KEPT_PREFIXES = ['/static/dist/', '/static/icons/', '/manifest.webmanifest']

/**
 * Which kept thing answers this request; null leaves it to the network. `/api` is never touched.
 * @param {{method: string, mode: string, url: string}} request
 * @param {string} origin our own
 * @returns {string|null} a path in the cache
 */
export function route({ method, mode, url }, origin) {
  const { pathname, origin: host } = new URL(url)
  if (method !== 'GET' || host !== origin) return null
  if (mode === 'navigate') return pathname === '/app' || pathname.startsWith(SHELL) ? SHELL : null
  return KEPT_PREFIXES.some((prefix) => pathname.startsWith(prefix)) ? pathname : null
}
