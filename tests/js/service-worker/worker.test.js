import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { buildWorker, precacheList } from '../../../service-worker/build.js'

const ORIGIN = 'https://hetu.example'

/** A project as Vite leaves it: the phone's entry with a lazy chunk and a worker, and a desk page. */
function builtProject(stamp = 'a') {
  const root = mkdtempSync(join(tmpdir(), 'hetu-'))
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const manifest = {
    'app/main.js': { file: `assets/phone-${stamp}.js`, css: ['assets/phone.css'], imports: ['_vue.js'], dynamicImports: ['pages/field/map.js'] },
    '_vue.js': { file: 'assets/vue.js' },
    'pages/field/map.js': { file: 'assets/map.js', imports: ['app/main.js'], assets: ['assets/map-worker.js'] },
    'pages/desk/coverage/main.js': { file: 'assets/coverage.js' },
  }
  write('webapp/static/dist/.vite/phone.json', JSON.stringify(manifest))
  write(`webapp/static/dist/assets/phone-${stamp}.js`, 'new Worker("/static/dist/assets/photo-worker-x.js")')
  for (const name of ['vue.js', 'map.js', 'map-worker.js', 'photo-worker-x.js', 'coverage.js', 'phone.css']) write(`webapp/static/dist/assets/${name}`, '')
  write('webapp/static/icons/icon-192.png', 'icon')
  write('webapp/static/icons/screenshot-list.png', 'large')
  write('webapp/templates/field/app.html', '<html>')
  return { root, write }
}

/** A browser of one origin: what is kept survives builds, every build is a new worker. */
class Browser {
  stores = new Map()
  fetched = []
  pages = []
  asked = []
  /** the site as it answers now */
  site = () => new Response('', { headers: { 'Content-Type': 'text/javascript' } })

  caches = {
    open: async (name) => {
      if (!this.stores.has(name)) this.stores.set(name, new Map())
      const store = this.stores.get(name)
      return { put: async (path, response) => store.set(path, response), match: async (path) => store.get(path)?.clone() }
    },
    match: async (path) => [...this.stores.values()].map((store) => store.get(path)).find(Boolean)?.clone(),
    keys: async () => [...this.stores.keys()],
    delete: async (name) => this.stores.delete(name),
  }

  fetch = async (request) => {
    const path = typeof request === 'string' ? request : new URL(request.url).pathname
    this.fetched.push(path)
    return this.site(path)
  }

  start(script) {
    const listeners = {}
    const self = {
      location: { origin: ORIGIN }, addEventListener: (event, listener) => (listeners[event] = listener),
      skipWaiting: () => this.asked.push('skipWaiting'),
      clients: { claim: async () => this.asked.push('claim'), matchAll: async () => this.pages },
    }
    runInNewContext(script, { self, caches: this.caches, fetch: this.fetch, URL, Error, console })
    return {
      fire: async (event, fields = {}) => {
        let work = null
        listeners[event]({ ...fields, waitUntil: (promise) => (work = promise), respondWith: (promise) => (work = promise) })
        return work
      },
    }
  }

  async install(root) {
    const file = join(root, 'service-worker/dist/service-worker.js')
    const list = await buildWorker(root, file)
    this.site = siteOf(list)
    return { list, worker: this.start(readFileSync(file, 'utf8')) }
  }
}

const siteOf = ({ entry }) => (path) => path === '/app/'
  ? new Response(`<script src="${entry}"></script>`, { headers: { 'Content-Type': 'text/html' } })
  : new Response(path, { headers: { 'Content-Type': path.endsWith('.js') ? 'text/javascript' : 'image/png' } })

const portal = () => new Response('<html>登录</html>', { headers: { 'Content-Type': 'text/html' } })
const navigate = (path) => ({ request: { method: 'GET', mode: 'navigate', url: ORIGIN + path } })
const load = (path) => ({ request: { method: 'GET', mode: 'no-cors', url: ORIGIN + path } })

test('the list holds everything the phone may load and nothing of the desk', () => {
  const { root } = builtProject()

  const { hashed, plain, entry } = precacheList(root)

  assert.deepEqual(hashed.map((path) => path.replace('/static/dist/assets/', '')),
    ['map-worker.js', 'map.js', 'phone-a.js', 'phone.css', 'photo-worker-x.js', 'vue.js'])
  assert.deepEqual(plain, ['/manifest.webmanifest', '/static/icons/icon-192.png'])
  assert.equal(entry, '/static/dist/assets/phone-a.js')
})

test('a changed script or a changed shell page is another build', () => {
  const { root, write } = builtProject('a')
  const first = precacheList(root).build
  write('webapp/templates/field/app.html', '<html lang="zh">')

  assert.notEqual(precacheList(root).build, first)
  assert.notEqual(precacheList(builtProject('b').root).build, first)
  assert.equal(precacheList(builtProject('a').root).build, first)
})

test('F11 once installed the app opens without network, at any of its addresses', async () => {
  const browser = new Browser()
  const { list, worker } = await browser.install(builtProject().root)
  await worker.fire('install')
  await worker.fire('activate')
  browser.site = () => { throw new TypeError('no network') }

  const page = await worker.fire('fetch', navigate('/app/tasks/12?x=1'))
  const script = await worker.fire('fetch', load(list.entry))

  assert.match(await page.text(), /phone-a\.js/)
  assert.equal(await script.text(), list.entry)
  assert.equal(await worker.fire('fetch', load('/api/v1/me')), null)
})

test('a portal\'s page is never kept as the shell or as a script', async () => {
  for (const answer of [() => portal, (site) => (path) => (path.endsWith('vue.js') ? portal() : site(path))]) {
    const browser = new Browser()
    const { worker } = await browser.install(builtProject().root)
    browser.site = answer(browser.site)

    await assert.rejects(worker.fire('install'))
  }
})

test('F08 a new build fetches only what changed and waits to be asked', async () => {
  const browser = new Browser()
  const first = await browser.install(builtProject('a').root)
  await first.worker.fire('install')
  browser.fetched.length = 0
  const second = await browser.install(builtProject('b').root)
  await second.worker.fire('install')

  assert.deepEqual(browser.fetched.sort(), ['/app/', '/manifest.webmanifest', '/static/dist/assets/phone-b.js', '/static/icons/icon-192.png'])
  assert.deepEqual(browser.asked, [])
  await second.worker.fire('message', { data: { type: 'SKIP_WAITING' } })
  assert.deepEqual(browser.asked, ['skipWaiting'])
})

test('F10 one older build stays for pages still open on it', async () => {
  const browser = new Browser()
  for (const stamp of ['a', 'b', 'c']) {
    const { worker } = await browser.install(builtProject(stamp).root)
    await worker.fire('install')
    await worker.fire('activate')
  }
  const last = await browser.install(builtProject('c').root)

  assert.equal(browser.stores.size, 2)
  assert.equal(await (await last.worker.fire('fetch', load('/static/dist/assets/phone-b.js'))).text(), '/static/dist/assets/phone-b.js')
})

test('a background sync only rings the pages', async () => {
  const browser = new Browser()
  const { worker } = await browser.install(builtProject().root)
  const heard = []
  browser.pages = [{ postMessage: (message) => heard.push(message.type) }]

  await worker.fire('sync')

  assert.deepEqual(heard, ['SYNC'])
  assert.deepEqual(browser.fetched, [])
})
