import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { keepCapture } from '../../../webapp/static/js/store/captures.js'
import { ensureKey, heldKey, holdKey } from '../../../webapp/static/js/store/data-key.js'
import { db } from '../../../webapp/static/js/store/db.js'
import { applyChanges } from '../../../webapp/static/js/store/merge.js'
import { fromBytes } from '../../../webapp/static/js/store/codec.js'
import { openBytes } from '../../../webapp/static/js/store/sealed-rows.js'
import { keepEdit } from '../../../webapp/static/js/store/edits.js'
import { keepPhoto } from '../../../webapp/static/js/store/photos.js'
import { correction, seenOf } from '../../../webapp/static/js/rules/correction.js'
import { saveSession } from '../../../webapp/static/js/store/session.js'
import { watchOutbox } from '../../../webapp/static/js/store/outbox.js'
import { household, watchWorklist } from '../../../webapp/static/js/store/worklist.js'

export const CADRE = { id: 'a0000000-0000-7000-8000-000000000001', username: 'cadre01', name: '赵敏', grants: [] }
export const OTHER = { id: 'a0000000-0000-7000-8000-000000000002', username: 'cadre02', name: '钱立', grants: [] }

/** An empty phone nobody has signed in on. */
export async function emptyPhone() {
  await db.delete()
  await db.open()
  holdKey(null)
  ensureKey()
}

/** A phone with somebody signed in and these households on it. */
export async function phoneWith(households, account = CADRE) {
  await emptyPhone()
  await saveSession({ deviceId: randomUUID(), token: 'hd1.test', account })
  await applyChanges(households.map(change), 'start')
}

export const change = ({ id, rev = 1, ...data }) => ({ kind: 'household', id, rev, deleted: false, data })

export function aHousehold(fields = {}) {
  return {
    id: randomUUID(), number: '530502005001001', head: '张三', pinyin: 'zhangsan', initials: 'zs', area: '530502005001901',
    group_name: '一组', community: '530502005001', attribute: '01', exit_status: '1', address: '', phone: '', demo: true,
    state: 'missing', capture: null, previous: null, history: [], ...fields,
  }
}

export const draftKey = (household) => `household:${household.id}`

/** A photo whose bytes are this text. */
export function aPhoto(household, text, kind = 'door') {
  return keepPhoto({
    blob: new Blob([text], { type: 'image/jpeg' }), kind, width: 4, height: 3, taken_at: '2018-10-08T02:11:05.120Z',
    captureDraftKey: draftKey(household),
  })
}

/** Stand at the door and save. */
export async function capture(household, fields = {}, clock = {}) {
  const input = {
    subject: 'household', entityId: household.id, title: household.head, source: 'gps', photos: [], draftKey: draftKey(household),
    estimate: { lon: 99.16, lat: 25.12, accuracy_m: 6.5, altitude_m: 1655, spread_m: 1.5 },
    fixes: [[0, 99.16, 25.12, 6.5], [1000, 99.1600001, 25.1200002, 6]], baseRev: household.rev ?? 1, ...fields,
  }
  return keepCapture(input, clock)
}

/** Open the page of corrections, type and save. */
export async function correct({ id }, wishes, note = '') {
  const seen = await household(id)
  return keepEdit({ entityId: id, title: seen.head, baseRev: seen.rev, ...correction(seenOf(seen), wishes, note) })
}

const once = (watch) => new Promise((resolve) => {
  const stop = watch((value) => {
    resolve(value)
    setTimeout(() => stop())
  })
})
export const worklist = () => once(watchWorklist)
export const outbox = () => once(watchOutbox)

/** Everything in the store, to compare before and after. */
export async function everything() {
  return Object.fromEntries(await Promise.all(db.tables.map(async (table) => [table.name, await table.toArray()])))
}

/** A row as it lies on the disk, opened with this phone's key. */
export function unsealed(table, { sealed, ...row }) {
  const bound = new TextEncoder().encode(`${table}|${row[db.table(table).schema.primKey.keyPath]}`)
  return { ...row, ...fromBytes(openBytes(heldKey(), sealed, bound)) }
}

/** A disk that is full for one table while `act` runs, or only for some of what is written there. */
export async function withFullDisk(tableName, act, isTooMuch = () => true) {
  const middleware = {
    stack: 'dbcore', name: 'full-disk', create: (core) => ({
      ...core, table: (name) => {
        const table = core.table(name)
        const mutate = (request) => (isTooMuch(request) ? refuse() : table.mutate(request))
        return name === tableName ? { ...table, mutate } : table
      },
    }),
  }
  await restack(() => db.use(middleware))
  try {
    return await act()
  } finally {
    await restack(() => db.unuse(middleware))
  }
}

const refuse = () => Promise.reject(new DOMException('The disk is full', 'QuotaExceededError'))

async function restack(change) {
  db.close()
  change()
  await db.open()
}
