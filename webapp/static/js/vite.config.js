import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vite'

import { classicEntry } from './classic-entry.js'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** One entry per folder of pages/desk that has a main.js: a new desk page needs no line here. */
function deskEntries() {
  const desk = here('./pages/desk')
  if (!existsSync(desk)) return {}
  const pages = readdirSync(desk).filter((name) => existsSync(`${desk}/${name}/main.js`))
  const entries = Object.fromEntries(pages.map((name) => [name, `${desk}/${name}/main.js`]))
  return existsSync(`${desk}/base.js`) ? { desk: `${desk}/base.js`, ...entries } : entries
}

/** Vant's icon font names a copy on another host as its fallback; ours is inlined, and nothing may be asked of others. */
const ownFontOnly = {
  name: 'own-font-only',
  enforce: 'pre',
  transform: (code, id) => (id.endsWith('vant/es/icon/index.css')
    ? { code: code.replace(/,url\(\/\/at\.alicdn\.com[^)]*\) format\("woff"\)/, ''), map: null }
    : null),
}

const { version } = JSON.parse(readFileSync(here('../../../package.json'), 'utf8'))

/** What the entry needs stays in one chunk, however many lazy ones share it (classic-entry.js). */
const ENTRY_WHOLE = { groups: [{ name: 'phone', tags: ['$initial'] }] }

/** Two builds, for their scripts are of two kinds: `--mode desk` modules, `--mode phone` one classic script and lazy modules. */
export default defineConfig(({ mode }) => ({
  root: here('.'),
  base: '/static/dist/',
  publicDir: false,
  plugins: [ownFontOnly, vue(), Components({ resolvers: [VantResolver()], dirs: [], dts: false }), mode === 'phone' && classicEntry],
  define: {
    __HETU_VERSION__: JSON.stringify(version),
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: false,
    // messages are interpreted, never compiled with new Function: the CSP has no unsafe-eval
    __INTLIFY_JIT_COMPILATION__: true,
    __VUE_OPTIONS_API__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
  },
  build: {
    target: 'es2022',
    outDir: here('../dist'),
    emptyOutDir: mode === 'desk',
    manifest: `.vite/${mode}.json`,
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 1300,
    rollupOptions: mode === 'phone' ? { input: { phone: here('./app/main.js') }, output: { codeSplitting: ENTRY_WHOLE } } : { input: deskEntries() },
  },
}))
