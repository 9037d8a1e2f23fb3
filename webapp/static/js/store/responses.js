import { liveQuery } from 'dexie'

import { db, unlessFull } from './db.js'
import { formsAbout } from './forms.js'
import { keepOperation } from './operation.js'
import { sealPhotos, sentPhotos } from './photos.js'
import { responseLedger, standing } from './standing.js'

/** The kind of operation that brings a filled-in questionnaire. */
export const RESPONSE = 'response.add'

const subjectOf = (form) => `form:${form}`
export const formDraftKey = (form, entityId) => `${subjectOf(form)}:${entityId}`

/**
 * A questionnaire being filled in, as it lies in the store. `seen`: what was known when it was begun; `base_rev`: of which
 * revision; `confirmed`, `opened`: where questions and pages stand; `at`, `last`: where the person was.
 * @typedef {{form: string, version: string, title: string, about: string, instance: string, instance_id: string, replaces: string|null,
 *   at: string, last: string, confirmed: string[], opened: string[], seen: object, base_rev: number|null,
 *   photos: import('./photos.js').Photo[]}} FillingDraft
 */

/**
 * Keep what was said so far. Nothing is kept once it was finished, here or in another tab: it would come back as unfinished.
 * @returns {Promise<{ok: true} | {ok: false, reason: 'quota'|'finished'}>}
 */
export function saveFilling(key, draft, now = new Date()) {
  return unlessFull(() => db.transaction('rw', db.drafts, db.outbox, async () => {
    if (await db.outbox.get(draft.instance_id)) return { ok: false, reason: 'finished' }
    await db.drafts.put({ key, draft, saved_at: now.toISOString() })
    return { ok: true }
  }))
}

/**
 * Keep a finished one for good, as a capture is kept. Its id is that of the answers themselves: finished twice is once.
 * @param {FillingDraft} draft @param {{entityId: string, title: string}} about whose it is
 * @returns {Promise<{ok: true, id: string} | {ok: false, reason: 'quota'|'finished'}>} after the commit
 */
export async function keepResponse(draft, { entityId, title }, { now = new Date() } = {}) {
  const { form, version, instance, instance_id: id, replaces, base_rev, about } = draft
  if (await db.outbox.get(id)) return { ok: false, reason: 'finished' }
  const files = draft.photos.filter(({ name }) => instance.includes(name)).map(fileEntry)
  // a picture of an earlier version may have been sent and cleared long ago
  const photos = await db.photos.where('sha256').anyOf(files.map(({ sha256 }) => sha256)).primaryKeys()
  const taken_at = now.toISOString()
  const key = formDraftKey(form, entityId)
  const deed = {
    id, kind: RESPONSE, subject: subjectOf(form), about, entity_id: entityId, base_rev, taken_at, title, form_title: draft.title, photos, settled_rev: null,
  }
  return keepOperation(deed, { form, version, xml: instance, replaces, files }, key, () => Promise.all([
    db.responses.put({ id, entity_id: entityId, form, version, title: draft.title, taken_at, xml: instance, files, replaces }), sealPhotos(photos, key),
  ]))
}

const fileEntry = ({ name, sha256, bytes, width, height, taken_at }) => ({ name, sha256, bytes, width, height, taken_at })

/** Own answers with where their operation stands, oldest first. */
async function ownResponses(entityId) {
  const rows = await db.responses.where('entity_id').equals(entityId).toArray()
  const ops = await db.outbox.bulkGet(rows.map(({ id }) => id))
  return rows.map((row, index) => ({ ...row, op: ops[index] ?? null })).sort((a, b) => a.taken_at.localeCompare(b.taken_at))
}

/**
 * The questionnaires about somebody or some place, each with where it stands.
 * @typedef {{form: string, version: string, title: string, state: 'blank'|'waits'|'draft'|'on_phone'|'attention'|'uploaded'|'accepted'|'returned',
 *   review: object|null, problem: object|null, at: string|null, ledger: object[]}} FormStanding waits: its text is not here yet
 * @param {'household'|'community'|'group'} subject @returns {Promise<FormStanding[]>}
 */
export function standings(subject, entityId) {
  return db.transaction('r', db.tables, async () => {
    const [forms, own, drafts, held, sent, row] = await Promise.all([
      formsAbout(subject), ownResponses(entityId), db.drafts.toArray(), db.form_bodies.toCollection().primaryKeys(), sentPhotos(),
      (subject === 'household' ? db.households : db.areas).get(entityId),
    ])
    return withBegun(forms, drafts, subject, entityId).map((form) => {
      const mine = own.filter((response) => response.form === form.form).at(-1) ?? null
      const theirs = row?.data.responses?.find((response) => response.form === form.form) ?? null
      const draft = drafts.find(({ key }) => key === formDraftKey(form.form, entityId)) ?? null
      const found = standing({ form, draft, mine, theirs, rev: row?.rev ?? 0, isHere: held.includes(`${form.form}/${form.version}`) })
      return { ...form, ...found, ledger: responseLedger(found.of === 'mine' ? mine : theirs, mine, sent) }
    })
  })
}

/** One that was closed meanwhile can still be finished. */
function withBegun(forms, drafts, about, entityId) {
  const begun = drafts.filter(({ key, draft }) => draft.form && key === formDraftKey(draft.form, entityId)).map(({ draft }) => draft)
  return [...forms, ...begun.filter(({ form }) => !forms.some((row) => row.form === form)).map(({ form, version, title }) => ({ form, version, title, subject: about }))]
}

/** @param {(rows: FormStanding[]) => void} callback @returns {() => void} stop watching */
export function watchStandings(subject, entityId, callback) {
  const watch = liveQuery(() => standings(subject, entityId)).subscribe(callback)
  return () => watch.unsubscribe()
}

/** The newest own answers to a form, to be corrected. @returns {Promise<object|null>} */
export async function latestResponse(form, entityId) {
  return (await ownResponses(entityId)).filter((response) => response.form === form).at(-1) ?? null
}
