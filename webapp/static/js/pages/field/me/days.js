const DAY_MS = 86_400_000
const dayNumber = (date) => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS)

/** The calendar day on the phone's own clock, as `2018-10-08`. */
export function localDay(now) {
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

/**
 * Where today stands in a span of days, both ends included.
 * @returns {{stage: 'not_begun'|'days_left'|'last_day'|'over', n: number}}
 */
export function standing(from, to, today) {
  const [first, last, day] = [from, to, today].map(dayNumber)
  if (day < first) return { stage: 'not_begun', n: first - day }
  if (day > last) return { stage: 'over', n: day - last }
  return day === last ? { stage: 'last_day', n: 0 } : { stage: 'days_left', n: last - day }
}
