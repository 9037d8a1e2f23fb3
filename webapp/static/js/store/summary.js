import { db } from './db.js'
import { corrected, editState, ownEdits } from './edited.js'
import { uuidv7 } from './ids.js'
import { readMeta, writeMeta } from './meta.js'
import { overlay, ownCaptures } from './overlay.js'

/**
 * The worklist lives in ONE record, so that a slow phone opens 2,000 households with one read. Only the
 * pull writes it; what this phone does in between is a small record of newer rows beside it, or every
 * save would write all 2,000.
 * `lon` and `lat` fall back to last year's point; null when there is none.
 * @typedef {{id: string, number: string, head: string, pinyin: string, initials: string, area: string,
 *   community: string, group_name: string, attribute: string, address: string,
 *   state: 'missing'|'on_phone'|'uploaded'|'accepted'|'returned'|'excepted', attention: boolean,
 *   edited: boolean, ghost: boolean, review: {reasons: string[], text: string, by: string, at: string}|null, taken_at: string|null,
 *   lon: number|null, lat: number|null}} WorklistRow
 */

/** @returns {Promise<WorklistRow[]>} */
export async function readSummary() {
  const [rows, newer] = await Promise.all([readRows(), readNewer()])
  return rows.map((row) => (newer.has(row.id) ? newer.get(row.id) : row)).filter(Boolean)
}

/**
 * What the record held under its stamp when it was last opened or written here: unsealing 2,000 rows after every save would
 * cost a slow phone a tenth of a second. A stamp is never used again, so one of a transaction that failed is never met.
 */
let known = { stamp: undefined, rows: [] }

async function readRows() {
  const stamp = await readMeta('summary_stamp')
  if (!stamp || stamp !== known.stamp) known = { stamp, rows: (await readMeta('summary')) ?? [] }
  return known.rows
}

async function writeRows(rows) {
  known = { stamp: uuidv7(), rows }
  await writeMeta('summary', rows)
  await writeMeta('summary_stamp', known.stamp)
}

/** Null stands for a row that has gone. @returns {Promise<Map<string, WorklistRow|null>>} */
const readNewer = async () => (await readMeta('summary_newer')) ?? new Map()

/** Inside a transaction: something happened to these households on this phone. */
export async function patchSummary(ids) {
  const [newer, drawn] = await Promise.all([readNewer(), drawRows(ids)])
  await writeMeta('summary_newer', new Map([...newer, ...drawn]))
}

/** Inside a transaction: these households came from the server, or were reduced to what may stay of them. */
export async function mergeSummary(ids) {
  const rows = new Map((await readRows()).map((row) => [row.id, row]))
  const newer = await readNewer()
  for (const [id, row] of await drawRows(ids)) {
    newer.delete(id)
    if (row) rows.set(id, row)
    else rows.delete(id)
  }
  await writeRows([...rows.values()])
  await writeMeta('summary_newer', newer)
}

async function drawRows(ids) {
  const [households, own, edits] = await Promise.all([db.households.bulkGet(ids), ownCaptures(ids), ownEdits(ids)])
  return Promise.all(ids.map(async (id, index) => [
    id, households[index] ? drawRow(await corrected(households[index], edits.get(id)), own.get(id), edits.get(id)) : null,
  ]))
}

function drawRow(household, own, edits) {
  const { number, head, pinyin, initials, area, community, group_name, attribute, address } = household.data
  const { waiting } = editState(edits)
  return {
    id: household.id, number, head, pinyin, initials, area, community, group_name, attribute, address,
    edited: waiting.length > 0, ghost: Boolean(household.data.ghost), ...overlay(household, own),
  }
}
