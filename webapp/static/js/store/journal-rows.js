/** A database of its own, for browsers without a private file system: what opens on the server only stays apart from what a secret closes. */
const DATABASE = 'hetu-journal'
const COPIES = 'copies'
let opening = null

/** @returns {Promise<Blob|null>} */
export async function read(name) {
  const bytes = await asked('readonly', (copies) => copies.get(name))
  return bytes ? new Blob([bytes]) : null
}

export const names = () => asked('readonly', (copies) => copies.getAllKeys())
export const remove = (name) => asked('readwrite', (copies) => copies.delete(name))
export const write = (name, bytes) => asked('readwrite', (copies) => copies.put(bytes, name))

/** The answer, once the disk has it. */
async function asked(mode, ask) {
  opening ??= open().catch((error) => { opening = null; throw error })
  const transaction = (await opening).transaction(COPIES, mode, { durability: 'strict' })
  const request = ask(transaction.objectStore(COPIES))
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error)
  })
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(COPIES)
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      request.result.onclose = () => { opening = null } // the browser cut the connection
      resolve(request.result)
    }
  })
}
