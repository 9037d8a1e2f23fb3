import { liveQuery } from 'dexie'
import { db } from './db.js'
import { readMeta } from './meta.js'

/**
 * What came back out of the journal, until the person has read it.
 * `photos_lost`: named by a record, in no copy; `unopened`: records that open on the server only.
 * @typedef {{titles: string[], photos: number, photos_lost: number, unopened: number}} Recovered
 */

/** @returns {Promise<Recovered|null>} */
export const recovered = async () => (await readMeta('recovered')) ?? null

export const forgetRecovered = () => db.meta.delete('recovered')

/** @param {(found: Recovered|null) => void} callback @returns {() => void} stop watching */
export function watchRecovered(callback) {
  const watch = liveQuery(recovered).subscribe(callback)
  return () => watch.unsubscribe()
}
