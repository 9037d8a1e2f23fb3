const EXPORTS = /export\s*\{([^}]*)\};?\s*$/
const IMPORTS = /import\s*\{([^}]*)\}\s*from\s*["']([^"']+)["'];?/g

/**
 * The phone's entry as a classic script. What a service worker puts into its cache while it installs is compiled there
 * and then, whole, so that opening the app offline compiles nothing; Chromium does this for classic scripts, not for
 * modules. Lazy chunks stay modules and take what they share with the entry from one global name.
 */
export const classicEntry = {
  name: 'classic-entry',
  renderChunk(code, { isEntry, imports }, _, { chunks }) {
    if (isEntry && imports.length) throw new Error(`a classic script cannot import ${imports}`)
    const entry = Object.values(chunks).find((chunk) => chunk.isEntry).fileName.split('/').at(-1)
    return isEntry ? handOut(code) : code.replace(IMPORTS, (whole, names, path) => (path.endsWith(entry) ? takeIn(names) : whole))
  },
  // last of all: whoever makes modules smaller takes the words for idle, since a module is strict by itself
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const chunk of Object.values(bundle)) if (chunk.isEntry) chunk.code = `'use strict';${chunk.code}`
    },
  },
}

function handOut(code) {
  const body = code.replaceAll('import.meta', '({ url: location.href })')
  return `(() => {\n${body.replace(EXPORTS, (_, names) => `globalThis.hetu = { ${turned(names)} }`)}\n})()`
}

const takeIn = (names) => `const { ${names.replaceAll(' as ', ': ')} } = globalThis.hetu;`

const turned = (names) => names.replace(/([\w$]+) as ([\w$]+)/g, '$2: $1')
