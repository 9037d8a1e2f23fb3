import * as files from './journal-files.js'
import * as rows from './journal-rows.js'
import { readSealed, seal } from './seal.js'

/**
 * The journal's work, in its worker: one sealed copy for each record and photo, written once, under a name. They lie in the
 * browser's private file system, apart from the database, or in a database of their own where there is none.
 */
const VAULT = 'vault'
const COPY = /^(op|photo|session)-/

/** Headers of whole copies by name: none changes without us. */
const headers = new Map()

const place = () => (files.areThere() ? files : rows)
const nameOf = ({ kind, id }) => `${kind}-${id}`

/** What the page may ask for. */
export const TASKS = { wake, keep, list, drop, clear, keepVault, vault }

/** The first seal and the first look into the folder cost ten times what the next ones do. */
async function wake() {
  await Promise.all([place().names(), seal({ kind: 'trial', id: '0' }, new ArrayBuffer(1024), { phoneKey: crypto.getRandomValues(new Uint8Array(32)) })])
  return true
}

/** @param {{plain: {kind: string, id: string}, bytes: ArrayBuffer, keys: object, again?: boolean}} copy again: over what is there */
async function keep({ plain, bytes, keys, again = false }) {
  const name = nameOf(plain)
  if (!again && (await headerOf(name))) return true
  headers.delete(name)
  await place().write(name, await seal(plain, bytes, keys))
  return true
}

async function headerOf(name, copy = null) {
  if (headers.has(name)) return headers.get(name)
  const file = copy ?? (await place().read(name))
  const header = file && ((await readSealed(file))?.header ?? null)
  if (header) headers.set(name, header)
  return header
}

/** @returns {Promise<{name: string, file: Blob, header: object|null}[]>} header is null where a copy is not whole */
async function list() {
  const copies = []
  for (const name of (await place().names()).filter((one) => COPY.test(one))) {
    const file = await place().read(name)
    if (file) copies.push({ name, file, header: await headerOf(name, file) })
  }
  return copies
}

async function drop({ names }) {
  for (const name of names) {
    headers.delete(name)
    await place().remove(name).catch(() => {})
  }
}

/** Everything, and what opened it; also what lies there from before the browser learnt to keep files. */
async function clear() {
  headers.clear()
  for (const one of new Set([place(), rows])) {
    for (const name of await one.names()) await one.remove(name)
  }
}

async function keepVault({ record }) {
  await place().write(VAULT, new TextEncoder().encode(record))
  return true
}

/** @returns {Promise<string|null>} */
async function vault() {
  return (await place().read(VAULT))?.text() ?? null
}
