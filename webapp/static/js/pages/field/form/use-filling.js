import { reactive, ref, shallowRef, watch } from 'vue'

import { dropDraft, loadDraft } from '../../../store/drafts.js'
import { formBody, formsAbout } from '../../../store/forms.js'
import { formDraftKey, keepResponse, latestResponse, saveFilling } from '../../../store/responses.js'
import { writtenDraft } from '../written-draft.js'
import { aboutOf } from './about.js'
import { startOf } from './start.js'
import { usePictures } from './use-pictures.js'

/** Everything the page of a form knows and does, apart from how it looks. */
export function useFilling({ subject, id, form }, preferences, locale) {
  const key = formDraftKey(form, id)
  const about = shallowRef(undefined) // undefined until read, null when it cannot be filled in here
  const filling = shallowRef(null)
  const broken = ref(null) // {reason, detail}
  const restored = ref(false)
  const draft = reactive({ photos: [], at: '' })
  const state = reactive({ confirmed: new Set(), seen: new Set(), last: '', savedAt: null })
  const writing = writtenDraft(() => write())
  const pictures = usePictures(key, () => draft.photos, writing.now, preferences)

  async function open() {
    const [found, kept] = await Promise.all([aboutOf(subject, id), loadDraft(key)])
    const published = (await formsAbout(subject)).find((row) => row.form === form)
    const body = kept ? await formBody(form, kept.version) : published && (await formBody(form, published.version))
    if (!found || !body) return (about.value = null)
    const start = startOf({ body, about: found, draft: kept, returned: kept ? null : await latestResponse(form, id), subject })
    Object.assign(draft, start.draft)
    draft.confirmed.forEach((at) => state.confirmed.add(at))
    draft.opened.forEach((at) => state.seen.add(at))
    Object.assign(state, { last: draft.last })
    restored.value = Boolean(kept)
    about.value = { ...found, isOlder: Boolean(published) && published.version !== body.version }
    return load(body, start)
  }
  async function load(body, { draft: begun, answers }) {
    const { openFilling } = await import('../../../forms/engine.js')
    const host = { reactive, confirmed: state.confirmed, changed: writing.soon, locale: locale.value }
    const opened = await openFilling(body, answers, host)
    if (!opened.ok) return (broken.value = opened)
    Object.assign(draft, { instance_id: opened.filling.instanceId() }, begun)
    filling.value = opened.filling
    watch(() => draft.at, writing.soon)
  }
  async function write() {
    if (!filling.value) return
    const plain = { ...draft, instance: filling.value.instance(), confirmed: [...state.confirmed], opened: [...state.seen], last: state.last }
    const answer = await saveFilling(key, JSON.parse(JSON.stringify(plain)))
    if (answer.ok) state.savedAt = new Date()
  }
  async function startOver() {
    writing.cancel()
    filling.value = null
    await dropDraft(key)
  }
  return reactive({
    open, about, filling, broken, restored, draft, state, pictures, startOver, touched: writing.soon, flush: writing.flush,
    ...useFinishing(id, { about, filling, draft, writing }),
  })
}

function useFinishing(entityId, { about, filling, draft, writing }) {
  const saved = ref(null) // {photos}
  const problem = ref(null) // 'quota'

  async function finish() {
    writing.cancel() // a draft written after the record would come back as unfinished work
    const whole = JSON.parse(JSON.stringify({ ...draft, instance: filling.value.instance() }))
    const answer = await keepResponse(whole, { entityId, title: about.value.title })
    problem.value = answer.reason === 'quota' ? 'quota' : null
    if (problem.value) return writing.now()
    return (saved.value = { photos: whole.photos.filter(({ name }) => whole.instance.includes(name)).length })
  }
  return { saved, problem, finish }
}
