import { reactive } from 'vue'

import { shrinkPhoto } from '../../../geo/photo.js'
import { useShell } from '../../../widgets/shell.js'
import { CHECKS, check, serverTime } from './checks.js'

const POSITION_MS = 20_000

/** What is checked, as it is found out; some of it only when the person lets us try. */
export function useChecks() {
  const { salvage } = useShell()
  const phone = {
    navigator, isSecureContext: window.isSecureContext, now: Date.now, serverTime,
    tryDatabase: async () => (await salvage()).tryDatabase(), tryJournal: async () => (await salvage()).tryJournal(),
  }
  const found = reactive(Object.fromEntries(Object.keys(CHECKS).map((name) => [name, null])))

  async function run() {
    Object.keys(found).forEach((name) => { found[name] = null })
    await Promise.all(Object.keys(found).map(runOne))
  }
  async function runOne(name) {
    found[name] = await check(name, phone)
  }
  async function askPersist() {
    await navigator.storage.persist()
    await runOne('persist')
  }
  async function tryLocation() {
    found.location = null
    const position = await new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), { enableHighAccuracy: true, maximumAge: 0, timeout: POSITION_MS })
    })
    if (position) found.location = { state: 'good', say: 'found', values: { n: Math.round(position.coords.accuracy) } }
    else found.location = { state: 'bad', say: 'failed' }
  }
  async function tryCamera(file) {
    found.camera = null
    const photo = await shrinkPhoto(file).catch(() => null)
    found.camera = photo ? { state: 'good', say: 'photo_good' } : { state: 'bad', say: 'photo_bad' }
  }
  run()
  return { found, run, askPersist, tryLocation, tryCamera }
}
