import { mergeConflicts } from './conflicts.js'
import { db } from './db.js'
import { mergeYears } from './families.js'
import { mergeForms } from './forms.js'
import { readMeta, writeMeta } from './meta.js'
import { heldEntities } from './outbox.js'
import { offerPhotos } from './photos.js'
import { mergeSummary } from './summary.js'

/**
 * One page of the pull, written whole with its cursor or not at all. Own captures live in their own
 * table, so nothing unsent can be overwritten here.
 * @param {{kind: 'campaign'|'area'|'household'|'conflict'|'form'|'family'|'area_year', id: string, rev: number, deleted: boolean, data: object|null}[]} changes
 * @param {string} cursor
 * @param {string} [deviceId] who asked: somebody may have signed out while the page was on the wire
 * @returns {Promise<boolean>} false when it is not for whoever holds the phone now; then nothing was written
 */
export function applyChanges(changes, cursor, deviceId) {
  return db.transaction('rw', db.tables, async () => {
    if (deviceId && (await readMeta('session'))?.deviceId !== deviceId) return false
    const of = (kind) => changes.filter((change) => change.kind === kind)
    for (const { data } of of('campaign')) await writeMeta('campaign', data)
    await mergeRows(db.areas, of('area'), areaRow)
    await mergeRows(db.households, of('household'), householdRow)
    const ids = of('household').map((change) => change.id)
    if (ids.length) await mergeSummary([...new Set(ids)])
    await mergeConflicts(of('conflict'))
    await mergeForms(of('form'))
    await mergeYears(db.families, of('family'))
    await mergeYears(db.area_years, of('area_year'))
    await offerPhotos(notReceived(changes))
    await writeMeta('cursor', cursor)
    return true
  })
}

/** Photos of our own captures and answers that the server still waits for, or has lost. */
function notReceived(changes) {
  const records = changes.flatMap(({ data }) => [data?.capture, data?.water_point, ...(data?.responses ?? [])]).filter((record) => record?.mine)
  return records.flatMap(({ photos, files }) => (photos ?? files).filter((photo) => !photo.received).map((photo) => photo.sha256))
}

const areaRow = ({ id, rev, data }) => ({ id, rev, code: data.code, parent: data.parent ?? '', data })
const householdRow = ({ id, rev, data }) => ({ id, rev, area: data.area, state: data.state, data })

/** In the order they came, for one page may change a row twice. */
async function mergeRows(table, changes, row) {
  const last = [...new Map(changes.map((change) => [change.id, change])).values()]
  await table.bulkPut(last.filter((change) => !change.deleted).map(row))
  await depart(table, last.filter((change) => change.deleted).map((change) => change.id))
}

/** No longer ours, but what something unsent hangs on stays until that has been sent. */
async function depart(table, ids) {
  const held = await heldEntities(ids)
  await table.where('id').anyOf([...held]).modify({ departed: true })
  const leaving = ids.filter((id) => !held.has(id))
  await Promise.all([table.bulkDelete(leaving), forgetYears(leaving)])
}

/** Inside a transaction: what was said and is known of those who leave. */
export function forgetYears(ids) {
  return Promise.all([db.families.bulkDelete(ids), db.area_years.bulkDelete(ids), db.responses.where('entity_id').anyOf(ids).delete()])
}

/** Inside a transaction: let go of departed rows that nothing unsent hangs on any more. */
export async function forgetDeparted(ids) {
  for (const table of [db.households, db.areas]) {
    const departed = await table.where('id').anyOf(ids).filter((row) => row.departed).primaryKeys()
    if (departed.length) await depart(table, departed)
  }
}

/** Details that were asked for again stay for a day. @param {{id: string, rev: number, data: object}} change */
export function bringBack({ id, rev, data }, now = new Date()) {
  return db.transaction('rw', db.tables, async () => {
    if (!(await db.households.get(id))) return
    await db.households.put({ id, rev, area: data.area, state: data.state, data, asked_at: now.toISOString() })
    await mergeSummary([id])
  })
}
