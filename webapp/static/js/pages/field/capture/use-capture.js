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
export function useCapture(subject, entityId, preferences) {
  const doorstep = useDoorstep(entityId)
  const store = useDraft(subject, entityId)
  const target = shallowRef(undefined) // undefined until read, null when it is not on this phone
  const limits = shallowRef(null)
  const measured = useMeasured(doorstep, store.draft, limits)
  const facts = computed(() => ({
    draft: store.draft, point: measured.point.value, last: target.value.last, limits: limits.value,
  }))

  async function open() {
    const [found, running] = await Promise.all([loadTarget(subject, entityId), campaign(), store.restore()])
    limits.value = running?.thresholds
    target.value = running && found
  }
  return reactive({
    open, target, limits, draft: store.draft, restored: store.restored, watched: doorstep.state,
    keep: store.keep, flush: store.flush, startOver: store.startOver,
    ...measured, ...useQuestions(facts),
    ...useSaving(store, facts, () => ({ subject, entityId, ...captureInput(store, facts.value, target.value) })),
    photos: usePhotos(store, () => doorstep.state.value.last, preferences),
  })
}

/** The point this capture would keep, following the watch until it settles. */
function useMeasured(doorstep, draft, limits) {
  const fresh = computed(() => limits.value && pointOf(doorstep.state.value, limits.value))
  watch(fresh, (offered) => {
    const held = offered && keepBetter(draft.held, offered)
    if (offered && held === offered) Object.assign(draft, { held, held_at: Date.now() })
  })
  function remeasure() {
    Object.assign(draft, { held: null, held_at: null, mode: 'gps' })
    doorstep.restart()
  }
  return {
    remeasure,
    point: computed(() => (draft.mode === 'manual_map' ? draft.hand : draft.held)),
    strayed: computed(() => strayed_m(draft.held, fresh.value)),
  }
}

function useQuestions(facts) {
  return {
    explain: computed(() => toExplain(facts.value)),
    missing: computed(() => firstMissing(facts.value)),
    far: computed(() => farFromLast_m(facts.value.point, facts.value.last, facts.value.limits)),
  }
}

function useSaving(store, facts, input) {
  const saved = ref(null)
  const problem = ref(null) // 'quota'
  async function save() {
    const { point } = facts.value
    store.rest() // a draft written after the record would come back as unfinished work
    const answer = await keepCapture(input())
    problem.value = answer.ok ? null : answer.reason
    if (answer.ok) saved.value = { id: answer.id, point }
    else await store.keep()
  }
  return { saved, problem, save }
}

function captureInput({ key, draft }, facts, target) {
  const { mode, held, hand, exception, reason, note, photos } = JSON.parse(JSON.stringify(draft))
  const byHand = mode === 'manual_map'
  return {
    draftKey: key, title: target.title, baseRev: target.rev, supersedes: target.supersedes,
    source: byHand ? 'manual_map' : 'gps', estimate: byHand ? hand : held,
    // kept with every kind of capture: what the phone heard is evidence for the reviewer
    fixes: held?.fixes ?? [],
    exception: mode === 'exception' ? exception : null,
    reason: toExplain(facts).length ? reason : null, note: note.trim(), photos,
  }
}
