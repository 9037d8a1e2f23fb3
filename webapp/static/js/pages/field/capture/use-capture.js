import { computed, reactive, ref, shallowRef, watch } from 'vue'

import { keepCapture } from '../../../store/captures.js'
import { campaign } from '../../../store/worklist.js'
import { useDoorstep } from '../doorstep.js'
import { farFromLast_m, firstMissing, toExplain } from './needs.js'
import { keepBetter, pointOf, strayed_m } from './point.js'
import { loadTarget } from './target.js'
import { useDraft } from './use-draft.js'
import { usePhotos } from './use-photos.js'

/** Everything the capture page knows and does, apart from how it looks. */
export function useCapture(subject, entityId) {
  const doorstep = useDoorstep(entityId)
  const store = useDraft(subject, entityId)
  const { draft } = store
  const target = shallowRef(undefined) // undefined until read, null when it is not on this phone
  const limits = shallowRef(null)
  const saved = ref(null)
  const problem = ref(null)

  const fresh = computed(() => limits.value && pointOf(doorstep.state.value, limits.value))
  const point = computed(() => (draft.mode === 'manual_map' ? draft.hand : draft.held))
  const facts = computed(() => ({ draft, point: point.value, last: target.value.last, limits: limits.value }))

  watch(fresh, (offered) => {
    if (saved.value || !offered) return
    const held = keepBetter(draft.held, offered)
    if (held === offered) Object.assign(draft, { held, held_at: Date.now() })
  })

  async function open() {
    const [found, running] = await Promise.all([loadTarget(subject, entityId), campaign(), store.restore()])
    limits.value = running?.thresholds
    target.value = running && found
  }
  function remeasure() {
    Object.assign(draft, { held: null, held_at: null, mode: 'gps' })
    doorstep.restart()
  }
  async function save() {
    const answer = await keepCapture(captureInput(subject, entityId, store, facts.value, target.value))
    problem.value = answer.ok ? null : answer.reason
    if (!answer.ok) return
    store.close()
    saved.value = { id: answer.id, point: point.value }
  }

  return reactive({
    target, draft, saved, problem, point, limits,
    restored: store.restored, watched: doorstep.state,
    photos: usePhotos(store, () => doorstep.state.value.last),
    strayed: computed(() => strayed_m(draft.held, fresh.value)),
    explain: computed(() => toExplain(facts.value)),
    missing: computed(() => firstMissing(facts.value)),
    far: computed(() => farFromLast_m(point.value, target.value.last, limits.value)),
    open, remeasure, save, keep: store.keep, flush: store.flush, startOver: store.startOver,
  })
}

function captureInput(subject, entityId, { key, draft }, facts, target) {
  const { mode, held, hand, exception, reason, note, photos } = JSON.parse(JSON.stringify(draft))
  const excepted = mode === 'exception'
  return {
    subject, entityId, draftKey: key, title: target.title, baseRev: target.rev, supersedes: target.supersedes,
    source: mode === 'manual_map' ? 'manual_map' : 'gps',
    estimate: mode === 'manual_map' ? hand : held,
    // kept with every kind of capture: what the phone heard is evidence for the reviewer
    fixes: held?.fixes ?? [],
    exception: excepted ? exception : null,
    reason: toExplain(facts).length ? reason : null, note: note.trim(), photos,
  }
}
