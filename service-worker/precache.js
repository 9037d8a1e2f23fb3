import { SHELL } from './routes.js'

/**
 * Written in by build.js.
 * `hashed` files never change under their name, `plain` ones do and are fetched anew with every build,
 * `entry` is the script the shell must name.
 * @type {{build: string, entry: string, hashed: string[], plain: string[]}}
 */
const PRECACHE = __PRECACHE__

const FAMILY = 'hetu-'
const CURRENT = FAMILY + PRECACHE.build

/** All or nothing: a build that is not whole is not installed and the old one goes on. */
export async function precache() {
  const cache = await caches.open(CURRENT)
  const fill = async (path, load) => cache.put(path, await load(path))
  await Promise.all([
    fill(SHELL, fetchShell),
    ...PRECACHE.plain.map((path) => fill(path, fetchFile)),
    ...PRECACHE.hashed.map((path) => fill(path, heldOrFetched)),
  ])
}

/** What an earlier build has kept need not come through a village network again. */
async function heldOrFetched(path) {
  return (await caches.match(path)) ?? fetchFile(path)
}

/** A captive portal answers everything with its own page, which must not be kept as ours. */
async function fetchShell() {
  const response = await fetchFresh(SHELL)
  const text = await response.clone().text()
  if (!text.includes(PRECACHE.entry)) throw new Error('the answer for /app/ is not the shell of this build')
  return response
}

async function fetchFile(path) {
  const response = await fetchFresh(path)
  if (response.headers.get('Content-Type')?.startsWith('text/html')) throw new Error(`a page came for ${path}`)
  return response
}

async function fetchFresh(path) {
  const response = await fetch(path, { cache: 'reload' })
  if (!response.ok || response.redirected) throw new Error(`${path} answered ${response.status}`)
  return response
}

/** One older build stays, for a page still open on it asks for its chunks. */
export async function dropOldBuilds() {
  const others = (await caches.keys()).filter((name) => name.startsWith(FAMILY) && name !== CURRENT)
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)))
}

/** @param {string} path what `route` chose */
export async function keptAnswer(path, request) {
  const current = await caches.open(CURRENT)
  return (await current.match(path)) ?? (await caches.match(path)) ?? fetch(request)
}
