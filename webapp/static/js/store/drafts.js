import { db, unlessFull } from './db.js'
import { wakeJournal } from './journal.js'
import { draftPhotos, releasePhotos } from './photos.js'

/**
 * Keep an unfinished page. Photos are kept apart by keepPhoto, so a draft names only their hashes.
 * @param {string} key `<subject>:<entity id>`
 * @param {{photos?: import('./photos.js').Photo[]}} draft anything that survives structured cloning
 * @returns {Promise<{ok: true} | {ok: false, reason: 'quota'}>}
 */
export function saveDraft(key, draft, now = new Date()) {
  return unlessFull(async () => {
    await db.drafts.put({ key, draft, saved_at: now.toISOString() })
    return { ok: true }
  })
}

/**
 * The draft as it was left, for a page that will soon keep a record. A photo kept just before the page died may not be named in it yet: it is added.
 * @returns {Promise<object|null>}
 */
export async function loadDraft(key) {
  wakeJournal()
  const [row, held] = await Promise.all([db.drafts.get(key), draftPhotos(key)])
  if (!row) return null
  const named = new Set((row.draft.photos ?? []).map((photo) => photo.sha256))
  const unnamed = held.map((photo) => photo.as_taken).filter((photo) => !named.has(photo.sha256))
  return unnamed.length ? { ...row.draft, photos: [...(row.draft.photos ?? []), ...unnamed] } : row.draft
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
