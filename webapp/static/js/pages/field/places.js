import { shallowRef } from 'vue'

import { currentSession } from '../../store/session.js'
import { areas } from '../../store/worklist.js'

const OFFICE_SUBJECTS = { street: ['office'], community: ['community'], group: ['group', 'water_point'] }
const FIELD_SUBJECTS = { group: ['group', 'water_point'] }
const FIELD_ROLES = ['cadre', 'community']

/** Which subjects an account may capture on an area of each level. */
export function subjectsFor(grants) {
  const roles = grants.map(({ role }) => role)
  if (roles.includes('office')) return OFFICE_SUBJECTS
  return roles.some((role) => FIELD_ROLES.includes(role)) ? FIELD_SUBJECTS : {}
}

/** The places other than households that this account may capture, by subject and then by area. */
export function placesOf(areaRows, grants) {
  const subjects = subjectsFor(grants)
  return areaRows
    .flatMap((area) => (subjects[area.level] ?? []).map((subject) => place(area, subject)))
    .sort((a, b) => a.code.localeCompare(b.code))
}

/** One area seen as something to capture: its own point, or its water point. */
export function place(area, subject) {
  const point = subject === 'water_point' ? area.water : area.place
  return { key: `${subject}:${area.id}`, subject, id: area.id, rev: area.rev, code: area.code, name: area.name, ...point }
}

export function usePlaces() {
  const places = shallowRef([])
  Promise.all([areas(), currentSession()]).then(([rows, session]) => {
    places.value = placesOf(rows, session.account.grants)
  })
  return places
}

/** Communities and groups a questionnaire may be about. */
export function useAskedAreas() {
  const asked = shallowRef([])
  areas().then((rows) => {
    asked.value = rows.filter(({ level }) => ['community', 'group'].includes(level)).sort((a, b) => a.code.localeCompare(b.code))
  })
  return asked
}

/** Whether there is anything but households for this account, without reading the areas. */
export function useHasPlaces() {
  const has = shallowRef(false)
  currentSession().then(({ account }) => { has.value = Object.keys(subjectsFor(account.grants)).length > 0 })
  return has
}
