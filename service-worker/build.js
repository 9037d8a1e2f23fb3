/** Build the service worker: list what the phone shell needs from Vite's manifest, write it into the bundle. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

const ENTRY = 'app/main.js'
const BASE = '/static/dist/'

/** Every file the phone entry may load, now or lazily, and its styles, fonts and workers. */
export function filesOf(manifest, dist, entry = ENTRY) {
  const files = new Set()
  const chunks = new Set()
  const visit = (key) => {
    if (chunks.has(key)) return
    chunks.add(key)
    const { file, css = [], assets = [], imports = [], dynamicImports = [] } = manifest[key]
    ;[file, ...css, ...assets].forEach((path) => files.add(path))
    ;[...imports, ...dynamicImports].forEach(visit)
  }
  visit(entry)
  // workers are named only inside the scripts, not in the manifest
  const built = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`)
  for (const path of files) {
    if (!/\.m?js$/.test(path)) continue
    const script = readFileSync(join(dist, path), 'utf8')
    built.filter((other) => script.includes(basename(other))).forEach((other) => files.add(other))
  }
  return [...files].sort()
}

/** @param {string} root of the project */
export function precacheList(root) {
  const dist = join(root, 'webapp/static/dist')
  const manifestText = readFileSync(join(dist, '.vite/phone.json'), 'utf8')
  const manifest = JSON.parse(manifestText)
  const icons = textsOf(join(root, 'webapp/static/icons')).filter(({ name }) => !name.startsWith('screenshot'))
  // a new build is a new shell: its page and the worker count as well as the scripts
  const parts = [manifestText, ...icons, ...textsOf(join(root, 'webapp/templates/field')), ...textsOf(join(root, 'service-worker'))]
  return {
    build: digest(parts.map((part) => part.bytes ?? part)),
    entry: BASE + manifest[ENTRY].file,
    hashed: filesOf(manifest, dist).map((path) => BASE + path),
    plain: ['/manifest.webmanifest', ...icons.map(({ name }) => `/static/icons/${name}`)],
  }
}

function textsOf(folder) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name)
  return names.sort().map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
}

function digest(parts) {
  const hash = createHash('sha256')
  parts.forEach((part) => hash.update(part))
  return hash.digest('hex').slice(0, 12)
}

export async function buildWorker(root, outfile = join(root, 'service-worker/dist/service-worker.js')) {
  const list = precacheList(root)
  await build({
    entryPoints: [fileURLToPath(new URL('./sw.js', import.meta.url))],
    outfile, bundle: true, minify: true, format: 'iife', target: 'es2022',
    define: { __PRECACHE__: JSON.stringify(list) },
  })
  return list
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const list = await buildWorker(fileURLToPath(new URL('..', import.meta.url)))
  console.log(`service worker ${list.build}: ${list.hashed.length + list.plain.length + 1} files`)
}
