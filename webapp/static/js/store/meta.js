import { db } from './db.js'

/** One value by name; undefined when never written. */
export async function readMeta(key) {
  return (await db.meta.get(key))?.value
}

export function writeMeta(key, value) {
  return db.meta.put({ key, value })
}
