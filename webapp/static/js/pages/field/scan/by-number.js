/** The households a typed number may mean: the whole number, else all that end with it. */
export function byNumber(rows, typed) {
  const wanted = typed.trim().toUpperCase()
  if (!wanted) return []
  const whole = rows.filter(({ number }) => number.toUpperCase() === wanted)
  return whole.length ? whole : rows.filter(({ number }) => number.toUpperCase().endsWith(wanted))
}
