import { db } from '../store/db.js'
import { canJournal } from '../store/journal.js'
import { readMeta } from '../store/meta.js'
import { saveRescue } from '../store/session.js'
import { whoAmI } from './api.js'

/** Recovery, tidying, rescue packs: loaded when first needed. */
export const salvage = () => import('./salvage.js')

/** Make journal and database agree. Stands in nobody's way: what fails on a full phone is made up for next time. */
export async function tidySecondCopy(now = new Date()) {
  if (!canJournal()) return
  await salvage().then(({ tidyJournal }) => tidyJournal(now)).catch(({ name }) => console.warn('journal', name))
}

const KEY_LASTS_MS = 7 * 86_400_000

/** What this phone seals its second copies with: asked for weekly, and when it has got another identity. */
export async function learnRescueKey({ token, deviceId, rescue }, now = new Date()) {
  if (rescue?.device_id === deviceId && now - Date.parse(rescue.at) < KEY_LASTS_MS) return
  const me = await whoAmI(token)
  if (me.ok && me.data.rescue) await saveRescue({ ...me.data.rescue, device_id: deviceId, at: now.toISOString() })
}

/**
 * Records out of the journal go up sealed first, as those of the phone they were made on and under their own numbers,
 * before a new sign-in counts them anew and the old numbers look lost.
 */
export async function sendRecovered() {
  if (!(await readMeta('sealed_first'))) return
  const { sendSealed } = await salvage()
  const { failure } = await sendSealed()
  if (!failure) await db.meta.delete('sealed_first')
}
