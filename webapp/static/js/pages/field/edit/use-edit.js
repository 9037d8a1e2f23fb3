import { computed, nextTick, reactive, ref, shallowRef, watch } from 'vue'

import { correction, faultOf, seenOf } from '../../../rules/correction.js'
import { dropDraft, loadDraft } from '../../../store/drafts.js'
import { editDraftKey, keepEdit } from '../../../store/edits.js'
import { groupsIn, household } from '../../../store/worklist.js'
import { writesDraft } from '../written-draft.js'

/**
 * A correction as it is begun: what is known, or what was refused the last time. `phone` is empty while nothing is to be
 * said of it, since only a mask is known; `phoneGone` says there is none any more.
 */
function begun({ edits: { refused }, ...home }) {
  const seen = seenOf(home)
  const wished = (field) => refused?.fields[field]?.theirs
  return {
    seen, head: wished('head') ?? seen.head, group: wished('group') ?? seen.group, address: wished('address') ?? seen.address,
    phone: wished('phone') ?? '', phoneGone: wished('phone') === '', note: refused?.note ?? '',
  }
}

/** What was begun before, against what the page shows now: fields left alone follow the register. */
function resumed({ seen: before, ...kept }, seen) {
  const followed = ['head', 'group', 'address'].filter((field) => kept[field] === before[field])
  return { ...kept, ...Object.fromEntries(followed.map((field) => [field, seen[field]])), seen }
}

const wishes = ({ head, group, address, phone, phoneGone }) => ({
  head, group, address, phone: phoneGone ? '' : phone.trim() || undefined,
})

/** Everything the page of corrections knows and does, apart from how it looks. */
export function useEdit(id) {
  const home = shallowRef(undefined) // undefined until read, null when it is not on this phone or not ours to correct
  const groups = shallowRef([])
  const draft = reactive({})
  const restored = ref(false)
  const writing = writesDraft(editDraftKey(id), draft)

  async function open() {
    const [found, kept] = await Promise.all([household(id), loadDraft(editDraftKey(id))])
    if (!found || found.departed || found.ghost) return (home.value = null)
    groups.value = await groupsIn(found.community)
    Object.assign(draft, begun(found), kept && resumed(kept, seenOf(found)))
    restored.value = Boolean(kept)
    home.value = found
    watch(draft, writing.soon)
  }
  async function startOver() {
    Object.assign(draft, begun(home.value))
    restored.value = false
    await nextTick() // the watch has seen it
    writing.cancel()
    await dropDraft(editDraftKey(id))
  }
  return reactive({ open, startOver, home, groups, draft, restored, flush: writing.flush, ...useSaving(id, home, draft, writing) })
}

function useSaving(id, home, draft, writing) {
  const saved = ref(null) // the fields kept
  const problem = ref(null) // 'quota'
  const stated = computed(() => (home.value ? correction(draft.seen, wishes(draft), draft.note) : { fields: {}, note: '' }))
  const changed = computed(() => Object.keys(stated.value.fields))
  const faults = computed(() => Object.fromEntries(Object.entries(stated.value.fields)
    .map(([field, { theirs, base }]) => [field, faultOf(field, theirs, base)]).filter(([, fault]) => fault)))

  async function save() {
    const fields = changed.value
    writing.cancel() // a draft written after the record would come back as unfinished work
    const answer = await keepEdit({ entityId: id, title: home.value.head, baseRev: home.value.rev, ...stated.value })
    problem.value = answer.ok ? null : answer.reason
    if (answer.ok) saved.value = fields
    else await writing.now()
  }
  return { saved, problem, changed, faults, save }
}
