import { liveQuery } from 'dexie'
import { conflictsOf } from './conflicts.js'
import { db } from './db.js'
import { corrected, editState, ownEdits } from './edited.js'
import { ledger } from './ledger.js'
import { readMeta } from './meta.js'
import { aheadOfServer, localState, overlay, ownCaptures } from './overlay.js'
import { sentPhotos } from './photos.js'
import { readSummary } from './summary.js'

const WATER = ['water_point']
const PLACE = ['office', 'community', 'group']

/**
 * The list of households, at once and again after every change.
 * @param {(rows: import('./summary.js').WorklistRow[]) => void} callback
 * @returns {() => void} stop watching
 */
export function watchWorklist(callback) {
  const watch = liveQuery(readSummary).subscribe(callback)
  return () => watch.unsubscribe()
}

/**
 * One household whole: the server's fields, with `state`, `review` and position as this phone knows
 * better, `captures` (own, newest first), `current_capture_id` (what a new capture supersedes) and `ledger`.
 * `edits` says what of this phone's corrections waits or was refused, `conflicts` where somebody said something else.
 * `departed` is true when it is no longer ours but something unsent hangs on it.
 * @param {string} id @returns {Promise<object|null>}
 */
export function household(id) {
  return db.transaction('r', db.tables, async () => {
    const row = await db.households.get(id)
    if (!row) return null
    const [own, edits] = (await Promise.all([ownCaptures([id]), ownEdits([id])])).map((found) => found.get(id))
    const { state, attention, review } = overlay(row, own)
    return {
      ghost: null, ...(await corrected(row, edits)).data, id, rev: row.rev, departed: row.departed ?? false, state, attention, review,
      edits: editState(edits), conflicts: await conflictsOf(id), ...custody(row, row.data.capture, own, await sentPhotos()),
    }
  })
}

/** @param {(household: object|null) => void} callback @returns {() => void} stop watching */
export function watchHousehold(id, callback) {
  const watch = liveQuery(() => household(id)).subscribe(callback)
  return () => watch.unsubscribe()
}

function custody({ rev, data }, serverCapture, own, sent) {
  return {
    captures: [...own].reverse(),
    current_capture_id: aheadOfServer(own, serverCapture, rev)?.id ?? serverCapture?.id ?? null,
    ledger: ledger(serverCapture, rev, own, sent, data.history),
  }
}

/**
 * All areas with their outline. `place` is the area's own point (office, community or group), `water`
 * its water point: `{state, attention, lon, lat, capture, captures, current_capture_id, ledger}`.
 * @returns {Promise<object[]>}
 */
export function areas() {
  return db.transaction('r', db.tables, async () => {
    const rows = await db.areas.toArray()
    const [own, sent] = await Promise.all([ownCaptures(rows.map((row) => row.id)), sentPhotos()])
    return rows.map((row) => areaView(row, own.get(row.id), sent))
  })
}

function areaView(row, own, sent) {
  const of = (subjects) => own.filter((capture) => subjects.includes(capture.subject))
  return {
    ...row.data, id: row.id, rev: row.rev,
    place: pointView(row, row.data.capture, of(PLACE), sent),
    water: pointView(row, row.data.water_point, of(WATER), sent),
  }
}

function pointView(row, serverCapture, own, sent) {
  const ahead = aheadOfServer(own, serverCapture, row.rev)
  const shown = ahead ?? serverCapture
  return {
    state: ahead ? localState(ahead) : serverState(serverCapture), attention: ahead?.status === 'attention',
    lon: shown?.lon ?? null, lat: shown?.lat ?? null, capture: serverCapture, ...custody(row, serverCapture, own, sent),
  }
}

function serverState(capture) {
  if (!capture) return 'missing'
  if (capture.state !== 'received') return capture.state
  return capture.exception ? 'excepted' : 'uploaded'
}

/** The groups of a community that this phone knows, by their codes. @returns {Promise<{code: string, name: string}[]>} */
export async function groupsIn(community) {
  const rows = await db.areas.where('parent').equals(community).sortBy('code')
  return rows.filter(({ data }) => data.level === 'group').map(({ code, data }) => ({ code, name: data.name }))
}

/** The running campaign with its thresholds and code lists, or null before the first pull. */
export async function campaign() {
  return (await readMeta('campaign')) ?? null
}
