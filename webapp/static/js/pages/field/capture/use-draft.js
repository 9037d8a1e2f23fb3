import { reactive, ref, watch } from 'vue'

import { dropDraft, loadDraft } from '../../../store/drafts.js'
import { writesDraft } from '../written-draft.js'

// a restored point is trusted as long as one visit to one yard lasts
const POINT_LASTS_MS = 15 * 60_000

const blank = (subject) => ({
  mode: 'gps', exception: null, reason: null, note: '', photos: [], hand: null, held: null, held_at: null,
  doorWanted: subject === 'household',
})

/**
 * The unfinished capture of one subject: written a moment after every change, at once when the page is
 * about to be hidden, and read back when the page was killed.
 */
export function useDraft(subject, entityId) {
  const key = `${subject}:${entityId}`
  const draft = reactive(blank(subject))
  const restored = ref(false)
  const writing = writesDraft(key, draft)

  async function restore(now = Date.now()) {
    const kept = await loadDraft(key)
    if (kept) Object.assign(draft, kept, stillHeld(kept, now))
    restored.value = Boolean(kept)
    watch(() => fingerprint(draft), writing.soon)
  }
  async function startOver() {
    writing.cancel()
    await dropDraft(key)
    Object.assign(draft, blank(subject))
    restored.value = false
  }
  return { key, draft, restored, restore, startOver, keep: writing.now, flush: writing.flush, rest: writing.cancel }
}

/** What the person did; the point alone is no reason to call this a draft. */
function fingerprint({ mode, exception, reason, note, photos, hand }) {
  return JSON.stringify([mode, exception, reason, note, hand, photos.map(({ sha256 }) => sha256)])
}

function stillHeld({ held, held_at }, now) {
  return held && now - held_at < POINT_LASTS_MS ? { held: { ...held, restored: true } } : { held: null }
}
