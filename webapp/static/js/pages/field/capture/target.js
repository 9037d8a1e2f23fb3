import { areas, household } from '../../../store/worklist.js'
import { place } from '../places.js'

/**
 * What is to be captured, whichever subject it is.
 * @returns {Promise<{title: string, number: string, group: string|null, rev: number, supersedes: string|null,
 *   last: {lon: number, lat: number}|null, review: object|null}|null>} null when it is not on this phone
 */
export function loadTarget(subject, id) {
  return subject === 'household' ? householdTarget(id) : placeTarget(subject, id)
}

async function householdTarget(id) {
  const found = await household(id)
  if (!found) return null
  const { head, number, area, rev, review, current_capture_id, captures, capture, previous } = found
  const own = captures.find((mine) => mine.id === current_capture_id)
  return {
    title: head, number, group: area, rev, review, supersedes: current_capture_id,
    last: [own ?? capture, previous].find((point) => point && point.lon !== null) ?? null,
  }
}

async function placeTarget(subject, id) {
  const area = (await areas()).find((row) => row.id === id)
  if (!area) return null
  const { name, code, rev, current_capture_id, lon, lat, state, capture } = place(area, subject)
  return {
    title: name, number: code, group: null, rev, supersedes: current_capture_id,
    review: state === 'returned' ? capture.review : null, last: lon === null ? null : { lon, lat },
  }
}
