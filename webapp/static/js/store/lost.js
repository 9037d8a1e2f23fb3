import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'

/**
 * What the server, at the last sign-in on an empty phone, named as taken and never received.
 * @returns {Promise<import('../sync/enrol.js').Lost[]>}
 */
export const lostRecords = async () => (await readMeta('lost')) ?? []

export const keepLost = (lost) => writeMeta('lost', lost)

/** The person has read it. */
export const forgetLost = () => db.meta.delete('lost')
