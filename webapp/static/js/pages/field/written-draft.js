import { onBeforeUnmount } from 'vue'

import { onStoreTrouble } from '../../store/db.js'
import { saveDraft } from '../../store/drafts.js'

const PAUSE_MS = 400

/** The writing of an unfinished page: a moment after every change, at once when the page is about to be hidden. */
export function writtenDraft(write) {
  const writing = delayed(write)
  flushWhenLeft(writing)
  return writing
}

/** As plain data: IndexedDB cannot clone Vue's proxies. */
export const writesDraft = (key, draft) => writtenDraft(() => saveDraft(key, JSON.parse(JSON.stringify(draft))))

/** `soon` writes a moment after its last call, `now` at once, `flush` only what is waiting. */
function delayed(write) {
  let timer = null
  const cancel = () => {
    clearTimeout(timer)
    timer = null
  }
  const now = () => {
    cancel()
    return write()
  }
  const soon = () => {
    cancel()
    timer = setTimeout(now, PAUSE_MS)
  }
  return { cancel, now, soon, flush: () => timer && now() }
}

function flushWhenLeft({ flush }) {
  const hide = () => document.hidden && flush()
  document.addEventListener('visibilitychange', hide)
  const stop = onStoreTrouble((trouble) => ['version_change', 'locking'].includes(trouble) && flush())
  onBeforeUnmount(() => {
    stop()
    document.removeEventListener('visibilitychange', hide)
    flush()
  })
}
