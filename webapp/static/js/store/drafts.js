import { db, unlessFull } from './db.js'
import { releasePhotos } from './photos.js'

/**
 * Keep an unfinished page. Photos are kept apart by keepPhoto, so a draft names only their hashes.
 * @param {string} key `<subject>:<entity id>`
 * @param {object} draft anything that survives structured cloning
 * @returns {Promise<{ok: true} | {ok: false, reason: 'quota'}>}
 */
export function saveDraft(key, draft, now = new Date()) {
  return unlessFull(async () => {
    await db.drafts.put({ key, draft, saved_at: now.toISOString() })
    return { ok: true }
  })
}

/** @returns {Promise<object|null>} */
export async function loadDraft(key) {
  return (await db.drafts.get(key))?.draft ?? null
}

/** Forget a draft and the photos only it holds. */
export function dropDraft(key) {
  return db.transaction('rw', db.drafts, db.photos, db.blobs, async () => {
    await db.drafts.delete(key)
    await releasePhotos(key)
  })
}

/** Newest first. @returns {Promise<{key: string, draft: object, saved_at: string}[]>} */
export async function listDrafts() {
  return (await db.drafts.toArray()).sort((a, b) => b.saved_at.localeCompare(a.saved_at))
}
