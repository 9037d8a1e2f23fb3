import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'
import { overlay, ownCaptures } from './overlay.js'

/**
 * The worklist lives in ONE record, so that a slow phone opens 2,000 households with one read.
 * `lon` and `lat` fall back to last year's point; null when there is none.
 * @typedef {{id: string, number: string, head: string, pinyin: string, initials: string, area: string,
 *   community: string, group_name: string, attribute: string, address: string,
 *   state: 'missing'|'on_phone'|'uploaded'|'accepted'|'returned'|'excepted', attention: boolean,
 *   review: {reasons: string[], text: string, by: string, at: string}|null, taken_at: string|null,
 *   lon: number|null, lat: number|null}} WorklistRow
 */

/** @returns {Promise<WorklistRow[]>} */
export async function readSummary() {
  return (await readMeta('summary')) ?? []
}

/** Inside a transaction: draw the rows of these households again; rows of vanished ones go. */
export async function patchSummary(ids) {
  const rows = new Map((await readSummary()).map((row) => [row.id, row]))
  const households = await db.households.bulkGet(ids)
  const own = await ownCaptures(ids)
  ids.forEach((id, index) => {
    if (households[index]) rows.set(id, summaryRow(households[index], own.get(id)))
    else rows.delete(id)
  })
  await writeMeta('summary', [...rows.values()])
}

function summaryRow(household, own) {
  const { number, head, pinyin, initials, area, community, group_name, attribute, address } = household.data
  return { id: household.id, number, head, pinyin, initials, area, community, group_name, attribute, address, ...overlay(household, own) }
}
