/**
 * The storage of a phone outlives its process. A thread that dies hands out what was committed; the next one starts
 * with it. Reading is done behind the back of IndexedDB, for nothing may run any more; putting back by its front door.
 */

/** What is on the disk when the process dies: unfinished transactions never happened. */
export function takeOut(factory) {
  return [...factory._databases.values()].map((database) => {
    database.transactions.filter(({ _state }) => _state !== 'finished').forEach(undo)
    return { name: database.name, version: database.version, stores: [...database.rawObjectStores.values()].map(storeOf) }
  })
}

function undo(transaction) {
  transaction._state = 'finished'
  transaction._rollbackLog.reverse().forEach((step) => step())
}

function storeOf({ name, keyPath, rawIndexes, records }) {
  const indexes = [...rawIndexes.values()].map(({ name, keyPath, unique, multiEntry }) => ({ name, keyPath, unique, multiEntry }))
  return { name, keyPath, indexes, rows: [...records.values()].map(({ value }) => value) }
}

/** @param {ReturnType<typeof takeOut>} memory */
export async function putBack(memory) {
  for (const database of memory) await grow(database)
}

function grow({ name, version, stores }) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version)
    opening.onupgradeneeded = () => stores.forEach((store) => fill(opening.result, store))
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => resolve(opening.result.close())
  })
}

function fill(database, { name, keyPath, indexes, rows }) {
  const store = database.createObjectStore(name, { keyPath })
  indexes.forEach((index) => store.createIndex(index.name, index.keyPath, index))
  rows.forEach((row) => store.put(row))
}
