/** A folder of the browser's private file system. Only a worker can write files there that are flushed. */
const FOLDER = 'journal'
const LOCKED_TRIES = 10
const LOCKED_MS = 50

const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })

export const areThere = () => typeof navigator.storage?.getDirectory === 'function' && 'createSyncAccessHandle' in FileSystemFileHandle.prototype

/** @returns {Promise<File|null>} */
export async function read(name) {
  return (await folder()).getFileHandle(name).then((handle) => handle.getFile(), () => null)
}

export async function names() {
  const found = []
  for await (const name of (await folder()).keys()) found.push(name)
  return found
}

export async function remove(name) {
  const directory = await folder()
  await patiently(() => directory.removeEntry(name))
}

export async function write(name, bytes) {
  const directory = await folder()
  try {
    await opened(directory, name, (file) => fill(file, bytes))
  } catch (error) {
    await directory.removeEntry(name).catch(() => {}) // half a copy would stand in the way of a whole one
    throw error
  }
}

/** Older browsers answer these with promises. */
async function fill(file, bytes) {
  await file.truncate(0)
  if (file.write(bytes, { at: 0 }) < bytes.byteLength) throw new DOMException('no space for a copy', 'QuotaExceededError')
  await file.flush()
}

async function opened(directory, name, work) {
  const handle = await directory.getFileHandle(name, { create: true })
  const file = await patiently(() => handle.createSyncAccessHandle())
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

/** Another tab may hold a file for a moment. */
async function patiently(work) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (error.name !== 'NoModificationAllowedError' || tries === LOCKED_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, LOCKED_MS))
    }
  }
}
