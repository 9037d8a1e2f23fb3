import assert from 'node:assert/strict'
import test, { afterEach, beforeEach } from 'node:test'

import { openBridge } from '../../../webapp/static/js/app/sw-bridge.js'

const settle = () => new Promise((resolve) => setTimeout(resolve))

/** The browser's side: a registration whose workers a test moves through their states. */
function browser({ controller = {}, waiting = null } = {}) {
  const registration = Object.assign(new EventTarget(), { waiting, installing: null, update: async () => {} })
  return Object.assign(new EventTarget(), { registration, controller, ready: Promise.resolve(registration), register: async () => registration })
}

function worker() {
  return Object.assign(new EventTarget(), { state: 'installing', messages: [], postMessage(message) { this.messages.push(message) } })
}

function install(container, fresh) {
  container.registration.installing = fresh
  container.registration.dispatchEvent(new Event('updatefound'))
  fresh.state = 'installed'
  fresh.dispatchEvent(new Event('statechange'))
}

let reloads
beforeEach(() => {
  reloads = 0
  globalThis.document = new EventTarget()
  globalThis.location = { reload: () => { reloads += 1 } }
})
afterEach(() => {
  delete globalThis.document
  delete globalThis.location
})

test('the first install is no update', async () => {
  const container = browser({ controller: null })
  const bridge = openBridge(container)
  await settle()
  install(container, worker())
  assert.equal(bridge.updateReady, false)
})

test('a new version is offered and does not take over by itself', async () => {
  const container = browser()
  const bridge = openBridge(container)
  await settle()
  const fresh = worker()
  install(container, fresh)
  assert.equal(bridge.updateReady, true)
  assert.deepEqual(fresh.messages, [])
})

test('a version that waited since the last visit is offered again', async () => {
  const bridge = openBridge(browser({ waiting: worker() }))
  await settle()
  assert.equal(bridge.updateReady, true)
})

test('the accepted version takes over and the page is loaded anew, once', async () => {
  const fresh = worker()
  const container = browser({ waiting: fresh })
  const bridge = openBridge(container)
  await settle()
  bridge.applyUpdate()
  assert.deepEqual(fresh.messages, [{ type: 'SKIP_WAITING' }])
  assert.equal(reloads, 0)
  container.dispatchEvent(new Event('controllerchange'))
  container.dispatchEvent(new Event('controllerchange'))
  assert.equal(reloads, 1)
})

test('a browser without workers is told so and still gets its page', () => {
  const bridge = openBridge(null)
  assert.deepEqual([bridge.supported, bridge.updateReady], [false, false])
})

test('a first install that broke off is tried again', async (t) => {
  const container = browser({ controller: null })
  let asked = 0
  container.register = async () => { asked += 1; return container.registration }
  const first = worker()
  container.registration.installing = first
  openBridge(container)
  await settle()

  t.mock.timers.enable({ apis: ['setTimeout'] })
  first.state = 'redundant'
  first.dispatchEvent(new Event('statechange'))
  t.mock.timers.tick(10_000)

  assert.equal(asked, 2)
})
