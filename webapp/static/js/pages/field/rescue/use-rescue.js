import { computed, ref, shallowRef } from 'vue'

import { useShell } from '../../../widgets/shell.js'
import { shareOrSave } from './share-file.js'

const two = (number) => String(number).padStart(2, '0')
const stamp = (at) => `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}-${two(at.getHours())}${two(at.getMinutes())}`

/** Something on its way to the server: how far it is, and what came of it. */
function useBringing() {
  const share = ref(null) // 0 to 1 while something is being sent
  const brought = shallowRef(null)

  async function follow(work) {
    share.value = 0
    brought.value = null
    brought.value = await work((done) => { share.value = done }).finally(() => { share.value = null })
  }
  return { share, brought, busy: computed(() => share.value !== null), follow }
}

/** A colleague's pack. */
export function useCarrying() {
  const { salvage } = useShell()
  const { follow, ...bringing } = useBringing()
  return { ...bringing, carry: (file) => follow(async (report) => (await salvage()).bringPack(file, report)) }
}

/** The pack of this phone, and the ways out for it. */
export function useRescue() {
  const { salvage } = useShell()
  const { follow, ...bringing } = useBringing()
  const pack = shallowRef(null) // null until counted
  const handed = ref(null) // how the file left: shared, saved, dismissed

  const count = async () => { pack.value = await (await salvage()).rescuePack() }
  async function exportPack(name) {
    const { blob } = await (await salvage()).rescuePack() // what was kept since the page opened goes along
    const file = new File([blob], `${name}-${stamp(new Date())}.heturescue`, { type: blob.type })
    handed.value = { how: await shareOrSave(file), name: file.name }
  }
  async function send() {
    await follow((report) => salvage().then(({ sendSealedInTurn }) => sendSealedInTurn(report)))
    await count()
  }
  count()
  return { ...bringing, pack, handed, exportPack, send }
}

/** What came of a pack, counted for a person. @param {import('../../../sync/rescue.js').Brought} brought */
export function outcome({ ops, photos, unreadable, foreign, failure }) {
  const isHere = ({ verdict }) => verdict === 'accepted' || verdict === 'duplicate' || verdict === 'conflict'
  const refused = new Map()
  for (const { problem } of ops.filter((op) => !isHere(op))) refused.set(problem.code, (refused.get(problem.code) ?? 0) + 1)
  return {
    records: { received: ops.filter(isHere).length, total: ops.length },
    photos: { received: photos.filter(isHere).length, total: photos.length },
    refused: [...refused], unreadable: unreadable + foreign, failure,
  }
}
