const EXPORTS = /export\s*\{([^}]*)\};?\s*$/
const IMPORTS = /import\s*\{([^}]*)\}\s*from\s*["']([^"']+)["'];?/g

/**
 * The phone's entry as a classic script. What a service worker puts into its cache while it installs is compiled there
 * and then, whole, so that opening the app offline compiles nothing; Chromium does this for classic scripts, not for
 * modules. Lazy chunks stay modules and take what they share with the entry from one global name.
 */
export const classicEntry = {
  name: 'classic-entry',
  renderChunk(code, chunk, _, { chunks }) {
    const body = bodyOf(Object.values(chunks))
    if (chunk.fileName === body.fileName) return handOut(code)
    return chunk.isEntry ? code : code.replace(IMPORTS, (whole, names, path) => (path.endsWith(nameOf(body)) ? takeIn(names) : whole))
  },
  // last of all: whoever makes modules smaller takes the words for idle, since a module is strict by itself
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk')
      const [entry, body] = [chunks.find(({ isEntry }) => isEntry), bodyOf(chunks)]
      entry.code = `'use strict';${body.code}`
      if (body !== entry) mergeInto(bundle, chunks, entry, body)
    },
  },
}

/** The entry itself, or the one chunk the bundler lays all of it into when lazy chunks share parts of it. */
function bodyOf(chunks) {
  const entry = chunks.find(({ isEntry }) => isEntry)
  const body = entry.imports.length ? chunks.find(({ fileName }) => fileName === entry.imports[0]) : entry
  if (entry.imports.length > 1 || body.imports.length) throw new Error(`a classic script cannot import ${[...entry.imports, ...body.imports]}`)
  return body
}

/** Whoever names the body means the entry from now on. */
function mergeInto(bundle, chunks, entry, body) {
  for (const chunk of chunks) chunk.code = chunk.code.replaceAll(nameOf(body), nameOf(entry))
  delete bundle[body.fileName]
  const manifest = Object.values(bundle).find(({ fileName }) => fileName.startsWith('.vite/'))
  if (manifest) manifest.source = JSON.stringify(mergedManifest(JSON.parse(manifest.source), entry.fileName, body.fileName), null, 2)
}

/** The shell is drawn by it and the worker keeps what it names. */
export function mergedManifest({ ...rows }, entryFile, bodyFile) {
  const [[bodyKey, body], [entryKey, entry]] = [bodyFile, entryFile].map((file) => Object.entries(rows).find(([, row]) => row.file === file))
  const { imports: _, ...own } = entry
  delete rows[bodyKey]
  const whole = { ...rows, [entryKey]: { ...own, ...(body.css && { css: body.css }), ...(body.assets && { assets: body.assets }), dynamicImports: body.dynamicImports ?? [] } }
  const renamed = (names) => names.map((name) => (name === bodyKey ? entryKey : name))
  return Object.fromEntries(Object.entries(whole).map(([key, row]) => [key, row.imports ? { ...row, imports: renamed(row.imports) } : row]))
}

const nameOf = ({ fileName }) => fileName.split('/').at(-1)

function handOut(code) {
  const body = code.replaceAll('import.meta', '({ url: location.href })')
  return `(() => {\n${body.replace(EXPORTS, (_, names) => `globalThis.hetu = { ${turned(names)} }`)}\n})()`
}

const takeIn = (names) => `const { ${names.replaceAll(' as ', ': ')} } = globalThis.hetu;`

const turned = (names) => names.replace(/([\w$]+) as ([\w$]+)/g, '$2: $1')
