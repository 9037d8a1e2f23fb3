import { areaYear, family } from '../../../store/families.js'
import { areas, campaign, household } from '../../../store/worklist.js'

/**
 * Whom or what a form is about, and what is known of it.
 * @returns {Promise<{title: string, baseRev: number|null, keys: Record<string, string>, seen: object}|null>} null when it is not on this phone
 */
export const aboutOf = (subject, id) => (subject === 'household' ? aboutHousehold(id) : aboutPlace(id))

async function aboutHousehold(id) {
  const [home, known, running] = await Promise.all([household(id), family(id), campaign()])
  if (!home || home.ghost) return null
  const baseRev = known?.rev ?? 1
  return {
    title: home.head, baseRev, keys: { household: id, base_rev: String(baseRev), year: String(known?.data.year ?? running?.year ?? '') },
    seen: { family: known?.data ?? null, household: registered(home) },
  }
}

/** By the names of the field dictionary. */
const registered = ({ number, head, phone, address, group_name, area, community }) => ({
  household_no: number, head_name: head, phone_masked: phone ?? '', address, group_name, group_id: area, community_code: community,
})

async function aboutPlace(id) {
  const [rows, known, running] = await Promise.all([areas(), areaYear(id), campaign()])
  const area = rows.find((row) => row.id === id)
  if (!area) return null
  const baseRev = known?.rev ?? 1
  return {
    title: area.name, baseRev, keys: { area: area.code, base_rev: String(baseRev), year: String(known?.data.year ?? running?.year ?? '') },
    seen: { areaYear: known?.data ?? null, area: { name: area.name, code: area.code } },
  }
}
