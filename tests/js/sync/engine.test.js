import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { saveSession } from '../../../webapp/static/js/store/session.js'
import { waitS } from '../../../webapp/static/js/sync/backoff.js'
import { enrol } from '../../../webapp/static/js/sync/enrol.js'
import { CADRE, aPhoto, capture, emptyPhone, worklist } from '../store/phone.js'
import { portalPage, problem } from './fake-server.js'
import { faults, fieldWith, pushes } from './field.js'

const PUSH = '/api/v1/sync/push'
let stops = []
let tabs = 0

/** One page of the app; every page has its own engine, all share the store, the locks and the network. */
async function openTab(look = () => {}) {
  const engine = await import(`../../../webapp/static/js/sync/engine.js?tab=${++tabs}`)
  const states = []
  const waiters = []
  const onState = (state) => {
    states.push(state)
    look(state)
    waiters.forEach((check) => check(state))
  }
  const until = (phase) => new Promise((resolve) => waiters.push((state) => state.phase === phase && resolve(state)))
  const round = () => until('pulling').then(() => until('idle'))
  const start = () => stops.push(engine.startSync({ onState }))
  return { ...engine, states, until, round, start }
}

async function fieldWithBrowser(count) {
  const field = await fieldWith(count)
  globalThis.window = new EventTarget()
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const worker = Object.assign(new EventTarget(), { ready: Promise.resolve({}) })
  Object.defineProperty(globalThis, 'navigator', { value: { locks: new Locks(), serviceWorker: worker }, configurable: true })
  return { ...field, worker }
}

/** As much of Web Locks as we use: one after the other. */
class Locks {
  last = Promise.resolve()

  request(_name, work) {
    const turn = this.last.then(work)
    this.last = turn.catch(() => {})
    return turn
  }
}

afterEach(() => {
  stops.forEach((stop) => stop())
  stops = []
})

const settled = () => new Promise((resolve) => setTimeout(resolve, 60))

test('opening the app sends the queue and tells each phase', async () => {
  const { server, homes } = await fieldWithBrowser(1)
  await capture(homes[0])
  const tab = await openTab()

  tab.start()
  const { lastSyncAt, problem: none } = await tab.until('idle')

  assert.equal(server.captures.size, 1)
  assert.deepEqual([...new Set(tab.states.map((state) => state.phase))], ['idle', 'pushing', 'photos', 'pulling'])
  assert.match(lastSyncAt, /^\d{4}-/)
  assert.equal(none, null)
})

test('what is kept while the app is open goes by itself', async () => {
  const { server, homes } = await fieldWithBrowser(1)
  const tab = await openTab()
  tab.start()
  await tab.until('idle')
  await settled()
  const again = tab.round()

  await capture(homes[0])
  await again

  assert.equal(server.captures.size, 1)
})

test('without network it says so, counts down, and goes when the network is back', async () => {
  const { server, homes } = await fieldWithBrowser(1)
  await capture(homes[0])
  faults(server, PUSH, 'drop_request')
  const tab = await openTab()
  tab.start()

  const { nextAt } = await tab.until('offline')
  assert.ok(nextAt > Date.now() && nextAt <= Date.now() + 5000)
  const idle = tab.until('idle')
  window.dispatchEvent(new Event('online'))
  await idle

  assert.equal(server.captures.size, 1)
})

test('a long day without a network does not make the first try after it wait for minutes', async (t) => {
  t.mock.method(Math, 'random', () => 0.999)
  const { server, homes } = await fieldWithBrowser(1)
  await capture(homes[0])
  faults(server, PUSH, ...Array(8).fill('drop_request'))
  const tab = await openTab()
  tab.start()
  await tab.until('offline')
  for (let failed = 1; failed < 8; failed += 1) {
    await settled()
    const told = tab.states.length
    const planned = () => tab.states.slice(told).find((state) => state.nextAt)
    window.dispatchEvent(new Event('online'))
    while (!planned()) await settled()
    const { nextAt } = planned()
    assert.ok(nextAt <= Date.now() + 5000)
  }
})

test('the countdown ends in another try', async (t) => {
  t.mock.method(Math, 'random', () => 0)
  const { server, homes } = await fieldWithBrowser(1)
  await capture(homes[0])
  faults(server, PUSH, portalPage())
  const tab = await openTab()
  tab.start()
  await tab.until('portal')

  await tab.until('idle')

  assert.equal(server.captures.size, 1)
})

test('a page that becomes visible and a ringing worker start a sync', async () => {
  const { server, worker } = await fieldWithBrowser(1)
  const tab = await openTab()
  tab.start()
  await tab.until('idle')
  await settled()
  const before = server.requests.length

  const shown = tab.round()
  document.dispatchEvent(new Event('visibilitychange'))
  await shown
  const rung = tab.round()
  worker.dispatchEvent(Object.assign(new Event('message'), { data: { type: 'SYNC' } }))
  await rung

  assert.equal(server.requests.length, before + 2)
})

test('F17 a server that asks for quiet is not asked again before, not even by the button', async () => {
  const { server, homes } = await fieldWithBrowser(1)
  await capture(homes[0])
  server.fault = ({ path }) => (path === PUSH ? problem(429, 'slow_down', [], { 'Retry-After': '30' }) : undefined)
  const tab = await openTab()
  tab.start()
  const { nextAt, problem: shown } = await tab.until('waiting')
  assert.ok(nextAt >= Date.now() + 29_000)
  assert.equal(shown.code, 'slow_down')
  await settled()

  await tab.syncNow()

  assert.deepEqual(pushes(server), [1])
})

test('F09 a server that asks for a newer app is asked again later, and the phone says so', async () => {
  const { server, homes } = await fieldWithBrowser(1)
  await capture(homes[0])
  server.oldestClient = 3
  const tab = await openTab()
  tab.start()

  const { nextAt, problem: shown } = await tab.until('update')

  assert.ok(nextAt > Date.now())
  assert.equal(shown.code, 'update_needed')
})

test('F41 a phone that was cleared says so and is quiet', async () => {
  const { device } = await fieldWithBrowser(1)
  device.wipe = 'at_once'
  const tab = await openTab()
  tab.start()

  const { nextAt, problem: none } = await tab.until('wiped')

  assert.deepEqual([nextAt, none], [null, null])
})

test('F42: while a bad line lets something through, the waits do not grow', async (t) => {
  t.mock.method(Math, 'random', () => 0.2)
  const { server, homes } = await fieldWithBrowser(4)
  for (const home of homes) await capture(home, { photos: [await aPhoto(home, home.id)] })
  const [passes, drops] = [undefined, 'drop_request']
  faults(server, '/api/v1/blobs', passes, drops, passes, passes, drops, passes, passes, drops)
  const waits = []
  const tab = await openTab((state) => state.nextAt && waits.push(state.nextAt - Date.now()))
  tab.start()

  await tab.until('idle')

  assert.equal(server.blobs.size, 4)
  assert.deepEqual(waits.map((ms) => ms <= 1000), [true, true, true])
})

test('when the quiet ends it tries again by itself, although the clock was put back meanwhile', async (t) => {
  t.mock.method(Math, 'random', () => 0.0005)
  const { server, homes } = await fieldWithBrowser(1)
  await capture(homes[0])
  faults(server, PUSH, problem(429, 'slow_down', [], { 'Retry-After': '1' }))
  const tab = await openTab()
  tab.start()
  await tab.until('waiting')
  const realNow = Date.now
  t.mock.method(Date, 'now', () => realNow() - 86_400_000)

  await tab.until('idle')

  assert.equal(server.captures.size, 1)
})

test('F28 two tabs send each record once', async () => {
  const { server, homes } = await fieldWithBrowser(20)
  for (const home of homes) await capture(home)
  const [first, second] = [await openTab(), await openTab()]
  let other = null
  server.fault = async ({ path }) => {
    if (path !== PUSH) return
    // while the first is on the wire its records look like those of a page that died
    other ??= second.syncNow()
    await settled()
  }

  await first.syncNow()
  await other

  assert.deepEqual(pushes(server), [20])
})

test('a paused phone goes on by itself when the same person has signed in', async () => {
  const { server, homes, session } = await fieldWithBrowser(1)
  await capture(homes[0])
  server.devices.clear()
  const tab = await openTab()
  tab.start()
  await tab.until('paused')
  await settled()
  const idle = tab.until('idle')

  const { device: _, ...again } = server.enrol(session.account)
  await saveSession(again)
  await idle

  assert.equal(server.captures.size, 1)
})

test('signing in takes the households once although the engine is awake', async () => {
  const { server, homes } = await fieldWithBrowser(3)
  await emptyPhone()
  const tab = await openTab()
  tab.start()
  await tab.until('paused')
  await settled()
  const idle = tab.until('idle')
  server.fault = async ({ path }) => {
    if (path.includes('/pull')) await settled()
  }

  await enrol({ username: CADRE.username, password: 'secret', label: '红米' })
  const { lastSyncAt } = await idle

  assert.equal(server.requests.filter(({ path }) => path.includes('pull?cursor=&')).length, 1)
  assert.equal((await worklist()).length, homes.length)
  assert.match(lastSyncAt, /^\d{4}-/)
})

test('F16 failures wait longer and longer, never beyond ten minutes, never below the server\'s wish', () => {
  const longest = (failures) => waitS(failures, 0, () => 1)
  assert.deepEqual([1, 2, 3, 7, 8, 40].map(longest), [5, 10, 20, 320, 600, 600])
  assert.ok(waitS(1, 37, () => 0) >= 37)
  assert.ok(waitS(1, 0, () => 0) >= 1)
})
