const two = (number) => String(number).padStart(2, '0')

/** @param {string} value date, time or both, as an answer is written @returns {{date: string, time: string}} each empty if there is none */
export function partsOf(value) {
  const [, date = '', time = ''] = /^(\d{4}-\d\d-\d\d)?T?(\d\d:\d\d)?/.exec(value)
  return { date, time }
}

/** Both together, in the hour of this phone. @param {number} offset_min as Date.getTimezoneOffset says it: west is positive */
export function momentOf(date, time, offset_min) {
  const sign = offset_min > 0 ? '-' : '+'
  const apart = Math.abs(offset_min)
  return `${date}T${time}:00.000${sign}${two(Math.floor(apart / 60))}:${two(apart % 60)}`
}

/** As a person's clock shows it. */
export const dayOf = (now) => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
export const hourOf = (now) => `${two(now.getHours())}:${two(now.getMinutes())}`
