import { db } from './db.js'

/** Inside the pulling transaction: families by household, area years by area. */
export async function mergeYears(table, changes) {
  const last = [...new Map(changes.map((change) => [change.id, change])).values()]
  await table.bulkPut(last.filter(({ deleted }) => !deleted).map(({ id, rev, data }) => ({ id, rev, data })))
  await table.bulkDelete(last.filter(({ deleted }) => deleted).map(({ id }) => id))
}

/** A household's family with the revision the cadre sees. @returns {Promise<{rev: number, data: object}|undefined>} */
export const family = (householdId) => db.families.get(householdId)

/** What is known of a place by year. @returns {Promise<{rev: number, data: object}|undefined>} */
export const areaYear = (areaId) => db.area_years.get(areaId)
