const FIRST_S = 5
const LONGEST_S = 600

/**
 * How long to wait after the n-th failure in a row: full jitter, so that a village coming back
 * online does not knock all at once. The server's own Retry-After is a floor.
 * @param {number} failures 1 for the first
 * @param {number} [retryAfterS]
 * @returns {number} seconds
 */
export function waitS(failures, retryAfterS = 0, random = Math.random) {
  const ceiling = Math.min(LONGEST_S, FIRST_S * 2 ** (failures - 1))
  return retryAfterS + Math.max(1, random() * ceiling)
}
