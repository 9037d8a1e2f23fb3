import { db } from './db.js'

/**
 * A questionnaire as the pull names it; its text comes by itself (sync/forms.js) and lies in `form_bodies`, an older one for
 * as long as somebody is filling it in.
 * @typedef {{form: string, version: string, title: string, subject: string, year: number, sha256: string, bytes: number}} FormData
 * @typedef {{key: string, form: string, version: string, title: string, xml: string, attachments: Record<string, string>}} FormBody
 */
const bodyKey = ({ form, version }) => `${form}/${version}`

/** Inside the pulling transaction. */
export async function mergeForms(changes) {
  const last = [...new Map(changes.map((change) => [change.id, change])).values()]
  await db.forms.bulkPut(last.filter(({ deleted }) => !deleted).map(({ id, rev, data }) => ({ id, rev, data })))
  await db.forms.bulkDelete(last.filter(({ deleted }) => deleted).map(({ id }) => id))
}

/** What is to be downloaded. @returns {Promise<FormData[]>} */
export async function wantedBodies() {
  const forms = (await db.forms.toArray()).map(({ data }) => data)
  const held = new Set(await db.form_bodies.toCollection().primaryKeys())
  return forms.filter((form) => !held.has(bodyKey(form)))
}

/** @param {{form: string, version: string}} body as the server sends it */
export const keepBody = (body) => db.form_bodies.put({ key: bodyKey(body), ...body })

/** @returns {Promise<FormBody|undefined>} undefined while it is not here */
export const formBody = (form, version) => db.form_bodies.get(bodyKey({ form, version }))

/** Versions nobody can begin any more and nobody is at work on go. */
export function dropOldBodies() {
  return db.transaction('rw', db.forms, db.form_bodies, db.drafts, async () => {
    const [forms, drafts, held] = await Promise.all([db.forms.toArray(), db.drafts.toArray(), db.form_bodies.toCollection().primaryKeys()])
    const filledIn = drafts.filter(({ draft }) => draft.form).map(({ draft }) => bodyKey(draft))
    const needed = new Set([...forms.map(({ data }) => bodyKey(data)), ...filledIn])
    await db.form_bodies.bulkDelete(held.filter((key) => !needed.has(key)))
  })
}

/** The published ones about such a subject, by title. @returns {Promise<FormData[]>} */
export async function formsAbout(subject) {
  const found = (await db.forms.toArray()).map(({ data }) => data).filter((form) => form.subject === subject)
  return found.sort((a, b) => a.form.localeCompare(b.form))
}

/** Is there any at all? */
export const hasForms = async () => (await db.forms.count()) > 0
