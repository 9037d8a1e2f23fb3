import { onBeforeUnmount, reactive, ref, watch } from 'vue'

import { dropDraft, loadDraft, saveDraft } from '../../../store/drafts.js'

const PAUSE_MS = 400
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
  let timer = null
  let closed = false

  const restore = async (now = Date.now()) => {
    const kept = await loadDraft(key)
    if (kept) Object.assign(draft, kept, stillHeld(kept, now))
    restored.value = Boolean(kept)
    watch(() => fingerprint(draft), later)
  }
  const keep = () => {
    clearTimeout(timer)
    timer = null
    // plain data: IndexedDB cannot clone Vue's proxies
    return closed ? { ok: true } : saveDraft(key, JSON.parse(JSON.stringify(draft)))
  }
  const flush = () => timer && keep()
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(keep, PAUSE_MS)
  }
  const hide = () => document.hidden && flush()
  const close = () => {
    clearTimeout(timer)
    timer = null
    closed = true
  }
  const startOver = async () => {
    clearTimeout(timer)
    timer = null
    await dropDraft(key)
    Object.assign(draft, blank(subject))
    restored.value = false
  }

  document.addEventListener('visibilitychange', hide)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', hide)
    flush()
  })
  return { key, draft, restored, restore, keep, flush, close, startOver }
}

/** What the person did; the point alone is no reason to call this a draft. */
function fingerprint({ mode, exception, reason, note, photos, hand }) {
  return JSON.stringify([mode, exception, reason, note, hand, photos.map(({ sha256 }) => sha256)])
}

function stillHeld({ held, held_at }, now) {
  return held && now - held_at < POINT_LASTS_MS ? { held: { ...held, restored: true } } : { held: null }
}
