const DAY_MS = 86_400_000
/** From here on it is said in red: a phone is lost or wiped sooner than one thinks. */
const HARD_DAYS = 3

/**
 * What has been waiting on this phone for a day or longer.
 * @param {import('../../../store/outbox.js').OutboxItem[]} items
 * @param {number} now milliseconds since 1970
 * @returns {{n: number, days: number, hard: boolean}|null} n records, the oldest kept `days` ago
 */
export function overdue(items, now) {
  const waiting = items.filter(({ state, photos }) => state !== 'uploaded' || photos.sent < photos.total)
  const oldest = Math.min(...waiting.map(({ taken_at }) => Date.parse(taken_at)))
  const days = Math.floor((now - oldest) / DAY_MS)
  return waiting.length && days >= 1 ? { n: waiting.length, days, hard: days >= HARD_DAYS } : null
}
