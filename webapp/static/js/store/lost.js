import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'

/**
 * Records of an earlier phone of this person that never arrived. `here`: it was this phone, and the browser cleared it.
 * @typedef {{device_id: string, label: string, last_seen_at: string, missing: [number, number][], here: boolean}} Lost
 */

/**
 * What the server, at the last sign-in on an empty phone, named as taken and never received.
 * @returns {Promise<Lost[]>}
 */
export const lostRecords = async () => (await readMeta('lost')) ?? []

export const keepLost = (lost) => writeMeta('lost', lost)

/** The person has read it. */
export const forgetLost = () => db.meta.delete('lost')
