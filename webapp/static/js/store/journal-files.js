import { readSealed, seal } from './seal.js'

/**
 * The journal's folder, in the browser's private file system and so apart from the database: one sealed file for each
 * record and photo, written once and flushed. Runs in the worker, where alone files can be flushed.
 */
const FOLDER = 'journal'
const KEY = 'key'
const KEY_BYTES = 32
const COPY = /^(op|photo|session)-/
const LOCKED_TRIES = 10
const LOCKED_MS = 50

/** Headers of whole files by name: no file changes without us. */
const headers = new Map()

const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
const nameOf = ({ kind, id }) => `${kind}-${id}`

/** What the page may ask for. */
export const TASKS = { keep, list, drop, clear, key }

/** @param {{plain: {kind: string, id: string}, bytes: ArrayBuffer, keys: object, again?: boolean}} copy again: over what is there */
async function keep({ plain, bytes, keys, again = false }) {
  const name = nameOf(plain)
  const directory = await folder()
  if (!again && (await headerIn(directory, name))) return true
  headers.delete(name)
  await write(directory, name, await seal(plain, bytes, keys))
  return true
}

async function headerIn(directory, name) {
  if (headers.has(name)) return headers.get(name)
  const file = await directory.getFileHandle(name).then((handle) => handle.getFile(), () => null)
  const header = file && ((await readSealed(file))?.header ?? null)
  if (header) headers.set(name, header)
  return header
}

/** @returns {Promise<{name: string, file: File, header: object|null}[]>} header is null where a file is not whole */
async function list() {
  const directory = await folder()
  const copies = []
  for await (const [name, handle] of directory.entries()) {
    if (COPY.test(name)) copies.push({ name, file: await handle.getFile(), header: await headerIn(directory, name) })
  }
  return copies
}

async function drop({ names }) {
  const directory = await folder()
  for (const name of names) {
    headers.delete(name)
    await patiently(() => directory.removeEntry(name)).catch(() => {})
  }
}

/** Everything, and the key that opened it. */
async function clear() {
  headers.clear()
  const directory = await folder()
  const names = []
  for await (const name of directory.keys()) names.push(name)
  for (const name of names) await patiently(() => directory.removeEntry(name))
}

/** The random key of this phone's journal, made when first asked for. @returns {Promise<Uint8Array>} */
async function key() {
  const directory = await folder()
  // every save asks: a file that is only read needs no lock
  const file = await directory.getFileHandle(KEY).then((handle) => handle.getFile(), () => null)
  return file?.size === KEY_BYTES ? new Uint8Array(await file.arrayBuffer()) : opened(directory, KEY, makeKey)
}

/** Unless another tab was quicker. */
async function makeKey(file) {
  const bytes = new Uint8Array(KEY_BYTES)
  if ((await file.getSize()) === KEY_BYTES) file.read(bytes, { at: 0 })
  else await fill(file, crypto.getRandomValues(bytes))
  return bytes
}

async function write(directory, name, bytes) {
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
