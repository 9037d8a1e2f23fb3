import { forgetConflicts } from './conflicts.js'
import { db } from './db.js'
import { dropCopies } from './journal.js'
import { formsAbout } from './forms.js'
import { forgetYears } from './merge.js'
import { deletePhotos, sentPhotos } from './photos.js'
import { readSummary, mergeSummary } from './summary.js'
import { vaultPolicy } from './vault.js'

const DAY_MS = 86_400_000
const BATCH = 50
const FINISHED = ['accepted', 'uploaded', 'excepted']
const LEAVING = ['uploaded', 'superseded']
/** Whoever fetched details back is about to use them. */
const WANTED_MS = DAY_MS

/**
 * What a finished household leaves on the phone.
 * @typedef {{receipt: string|null, at: string}} Ghost at: when it was accepted, or received if nobody has judged it yet
 */

/**
 * Households finished longer ago than the deployment keeps them become ghosts: number, masked name, state, receipt and
 * date stay; address, telephone, position, notes, photos and the records themselves go, also their second copies.
 * @returns {Promise<number>} how many
 */
export async function fadeFinished(now = new Date()) {
  const { retention_days } = await vaultPolicy()
  const before = new Date(now - retention_days * DAY_MS).toISOString()
  const rows = await readSummary()
  // taken before received, received before judged: this leaves few to be looked at closely
  const ids = rows.filter((row) => !row.ghost && FINISHED.includes(row.state) && row.taken_at < before).map((row) => row.id)
  let faded = 0
  for (let at = 0; at < ids.length; at += BATCH) faded += await fade(ids.slice(at, at + BATCH), before, now)
  return faded
}

async function fade(ids, before, now) {
  const found = await ready(ids, before, now)
  if (!found.length) return 0
  // first the copies: a copy without its row would come back as a lost record
  await dropCopies(found.flatMap(({ ops }) => ops.flatMap(({ id, photos }) => [`op-${id}`, ...photos.map((hash) => `photo-${hash}`)])))
  return db.transaction('rw', db.tables, async () => {
    const still = await ready(found.map(({ household }) => household.id), before, now)
    await db.households.bulkPut(still.map(({ household, ops }) => ghostOf(household, ops)))
    const ops = still.flatMap((item) => item.ops)
    await Promise.all([db.captures.bulkDelete(ops.map((op) => op.id)), db.outbox.bulkDelete(ops.map((op) => op.id)), dropPhotosOf(ops)])
    await forgetConflicts(still.map(({ household }) => household.id))
    await forgetYears(still.map(({ household }) => household.id))
    await mergeSummary(still.map(({ household }) => household.id))
    return still.length
  })
}

/** Those of them that are settled for so long, with their records; nothing of them may wait or be worked on. */
async function ready(ids, before, now) {
  const [households, ops, drafts, sent] = await Promise.all([
    db.households.bulkGet(ids), db.outbox.where('entity_id').anyOf(ids).toArray(), db.drafts.toCollection().primaryKeys(), sentPhotos(),
  ])
  const isOpen = (op) => !LEAVING.includes(op.status) || (op.status === 'uploaded' && !op.photos.every((hash) => sent.has(hash)))
  const isWanted = ({ asked_at }) => asked_at && now - Date.parse(asked_at) < WANTED_MS
  const isBegun = ({ id }) => drafts.some((key) => key.endsWith(`:${id}`))
  const areOut = (await formsAbout('household')).length > 0
  return households.filter((household) => household && !household.data.ghost && !isWanted(household) && !isBegun(household) && !isAsked(household, areOut))
    .map((household) => ({ household, ops: ops.filter((op) => op.entity_id === household.id) }))
    .filter(({ household, ops: own }) => finishedAt(household) < before && !own.some(isOpen))
}

/** Questionnaires are out and it has answered none, or one came back: nobody can visit it offline without what is known of it. */
function isAsked({ data: { responses = [] } }, areOut) {
  return responses.length ? responses.some(({ state }) => state === 'returned') : areOut
}

/** By the server's clock; an hour that never comes while it knows nothing of a capture. */
function finishedAt({ data: { state, capture } }) {
  if (!FINISHED.includes(state) || !capture) return '9'
  return (state === 'accepted' ? capture.review?.at : null) ?? capture.received_at
}

function ghostOf(household, ops) {
  const { number, head, area, group_name, community, state, demo, capture, history = [] } = household.data
  const receipt = ops.find((op) => op.id === capture.id)?.receipt
    ?? history.findLast((event) => event.event === 'received' && event.receipt?.includes(capture.id))?.receipt ?? null
  return {
    ...household,
    data: {
      number, head: `${[...head][0]}*`, pinyin: '', initials: '', area, group_name, community, state, demo, address: '', phone: null,
      attribute: null, exit_status: null, previous: null, history: [], responses: [], ghost: { receipt, at: finishedAt(household) },
      capture: { id: capture.id, state: capture.state, exception: null, taken_at: capture.taken_at, lon: null, lat: null, photos: [] },
    },
  }
}

/** But for those a record that stays shows as well. */
async function dropPhotosOf(ops) {
  const leaving = new Set(ops.map((op) => op.id))
  const staying = await db.outbox.filter((op) => !leaving.has(op.id)).toArray()
  const needed = new Set(staying.flatMap((op) => op.photos))
  const held = await db.photos.bulkGet(ops.flatMap((op) => op.photos))
  const free = held.filter((photo) => photo && !photo.draft_keys.length && !needed.has(photo.sha256))
  await deletePhotos(free.map((photo) => photo.sha256))
}
