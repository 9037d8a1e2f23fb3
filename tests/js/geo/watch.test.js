import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'

import { estimate } from '../../../webapp/static/js/geo/estimate.js'
import { MAX_FIXES } from '../../../webapp/static/js/geo/series.js'
import { AWAY_MS, LINGER_MS, Watch } from '../../../webapp/static/js/geo/watch.js'

const [DENIED, UNAVAILABLE, TIMEOUT] = [1, 2, 3]
const START = Date.UTC(2026, 9, 8, 2)

beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'Date'], now: START }))
afterEach(() => mock.timers.reset())

/** A phone in the hand of the test: its receiver, its screen, its answers to permission questions. */
class Phone {
  watching = new Map()
  opened = 0
  locks = 0
  document = Object.assign(new EventTarget(), { hidden: false })
  permission = Object.assign(new EventTarget(), { state: 'prompt' })

  geolocation = {
    watchPosition: (onPosition, onError, options) => {
      this.opened += 1
      this.options = options
      this.watching.set(this.opened, { onPosition, onError })
      return this.opened
    },
    clearWatch: (id) => this.watching.delete(id),
  }

  env(changes = {}) {
    const wakeLock = { request: async () => ((this.locks += 1), { release: async () => (this.locks -= 1) }) }
    const permissions = { query: async () => this.permission }
    return { geolocation: this.geolocation, permissions, wakeLock, document: this.document, now: () => Date.now(), ...changes }
  }

  fix({ east = 0, accuracy = 5, timestamp = Date.now(), altitude = 1650 } = {}) {
    const coords = { longitude: 99.2283 + east / 100_800, latitude: 25.1146, accuracy, altitude }
    for (const { onPosition } of this.watching.values()) onPosition({ coords, timestamp })
  }

  error(code) {
    for (const { onError } of this.watching.values()) onError({ code })
  }

  stand(seconds, fix = {}) {
    for (let n = 0; n < seconds; n += 1) {
      this.fix(fix)
      mock.timers.tick(1000)
    }
  }

  turn(hidden) {
    this.document.hidden = hidden
    this.document.dispatchEvent(new Event('visibilitychange'))
  }
}

function opened(changes) {
  const phone = new Phone()
  const watch = new Watch(phone.env(changes))
  const seen = []
  const open = () => watch.open({ onChange: (state) => seen.push(state) })
  return { phone, open, handle: open(), seen, now: () => seen.at(-1) }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('a watch starts at once, asking for fresh satellite positions', () => {
  const { phone, now } = opened()

  assert.equal(now().state, 'starting')
  assert.deepEqual(phone.options, { enableHighAccuracy: true, maximumAge: 0, timeout: 15_000 })
})

test('standing at a door goes from fixing to settled', () => {
  const { phone, now, seen } = opened()
  phone.stand(40)

  assert.deepEqual([...new Set(seen.map((s) => s.state))], ['starting', 'fixing', 'settled'])
  assert.equal(now().elapsed_ms, 40_000)
  assert.equal(now().last.altitude_m, 1650)
  assert.equal(now().last.age_ms, 1000)
})

test('what is kept is rounded first, so the server recomputes the same estimate', () => {
  const { phone, now } = opened()
  for (let n = 0; n < 20; n += 1) phone.stand(1, { east: Math.sin(n) * 3, accuracy: 4.123456 + n / 7 })
  const stored = JSON.parse(JSON.stringify(now().fixes))

  assert.deepEqual(estimate(stored), now().estimate)
  assert.ok(stored.every(([t_ms, lon, , accuracy_m]) => Number.isInteger(t_ms) && `${lon}`.length <= 10 && `${accuracy_m}`.length <= 4))
})

test('a cached reading that comes again is not counted twice', () => {
  const { phone, now } = opened()
  const timestamp = Date.now()
  for (let n = 0; n < 5; n += 1) phone.stand(1, { timestamp })

  assert.equal(now().fixes.length, 1)
})

test('a clock set back begins a new series instead of swallowing every reading', () => {
  const { phone, now } = opened()
  phone.stand(12)
  for (let n = 0; n < 10; n += 1) phone.stand(1, { timestamp: Date.now() - 3_600_000 })

  assert.equal(now().fixes.length, 10)
  assert.equal(now().fixes[9][0], 9000)
})

test('a reading two kilometres wide keeps the watch searching', () => {
  const { phone, now } = opened()
  phone.stand(30, { accuracy: 2000 })

  assert.equal(now().state, 'searching')
  assert.equal(now().estimate, null)
  assert.equal(now().last.accuracy_m, 2000)
})

test('a refusal is shown at once and the watch is not asked again', () => {
  const { phone, now } = opened()
  phone.error(DENIED)

  assert.equal(now().state, 'denied')
  assert.equal(phone.watching.size, 0)
})

test('permission given later in the settings starts the watch again', async () => {
  const { phone, now } = opened()
  await settle()
  phone.error(DENIED)
  phone.permission.state = 'granted'
  phone.permission.onchange()
  phone.stand(1)

  assert.equal(now().permission, 'granted')
  assert.equal(now().state, 'fixing')
})

test('asking again after a refusal is what reset does', () => {
  const { phone, handle, now } = opened()
  phone.error(DENIED)
  handle.reset()

  assert.equal(phone.watching.size, 1)
  assert.equal(now().state, 'starting')
})

test('a burst of errors between two readings is not shown', () => {
  const { phone, seen } = opened()
  phone.stand(3, { accuracy: 2000 })
  for (let n = 0; n < 10; n += 1) {
    phone.error(UNAVAILABLE)
    mock.timers.tick(200)
  }
  phone.stand(3)

  assert.ok(seen.every((s) => s.state !== 'unavailable'))
})

test('errors that last are shown although they keep coming', () => {
  const { phone, now } = opened()
  for (let n = 0; n < 18; n += 1) {
    phone.error(UNAVAILABLE)
    mock.timers.tick(200)
  }

  assert.equal(now().state, 'unavailable')
})

test('one error and then silence is shown too', () => {
  const { phone, now } = opened()
  phone.error(UNAVAILABLE)
  mock.timers.tick(4000)

  assert.equal(now().state, 'unavailable')
})

test('errors do not take away an estimate', () => {
  const { phone, now } = opened()
  phone.stand(30)
  phone.error(UNAVAILABLE)
  phone.error(TIMEOUT)
  mock.timers.tick(10_000)

  assert.equal(now().state, 'settled')
})

test('a timeout is shown and the next reading ends it', () => {
  const { phone, now } = opened()
  phone.error(TIMEOUT)
  assert.equal(now().state, 'timeout')

  phone.stand(1)
  assert.equal(now().state, 'fixing')
})

test('a browser that never calls back is a timeout, unless it is still asking the person', async () => {
  const silent = opened({ permissions: undefined })
  const asking = opened()
  await settle()
  mock.timers.tick(25_000)

  assert.equal(silent.now().state, 'timeout')
  assert.equal(asking.now().state, 'starting')
})

test('a browser without geolocation says so', () => {
  const { now } = opened({ geolocation: undefined })

  assert.equal(now().state, 'unavailable')
  assert.equal(now().permission, 'unsupported')
})

test('a minute of poor readings is settled by the clock', () => {
  const { phone, now } = opened()
  phone.stand(59, { accuracy: 40 })
  assert.equal(now().state, 'fixing')

  phone.stand(2, { accuracy: 40 })
  assert.equal(now().state, 'settled')
  assert.equal(now().capped, true)
})

test('two pages share one watch, and the last one out stops it', () => {
  const { phone, open, handle } = opened()
  const second = open()
  handle.close()
  handle.close()
  mock.timers.tick(LINGER_MS)
  assert.deepEqual([phone.opened, phone.watching.size], [1, 1])

  second.close()
  mock.timers.tick(LINGER_MS)
  assert.equal(phone.watching.size, 0)
})

test('the next page takes over the series of the page before', () => {
  const { phone, open, handle, now } = opened()
  phone.stand(10)
  handle.close()
  mock.timers.tick(LINGER_MS - 1)
  open()
  phone.stand(10)

  assert.equal(phone.opened, 1)
  assert.equal(now().fixes.length, 20)
})

test('a watch opened again later begins anew', () => {
  const { phone, open, handle, now } = opened()
  phone.stand(10)
  handle.close()
  mock.timers.tick(LINGER_MS)
  open()

  assert.deepEqual([now().state, now().fixes.length, now().elapsed_ms], ['starting', 0, 0])
})

test('a closed page hears nothing more', () => {
  const { phone, handle, seen } = opened()
  handle.close()
  const before = seen.length
  phone.stand(2)

  assert.equal(seen.length, before)
})

test('reset begins a new series at a new door', () => {
  const { phone, handle, now } = opened()
  phone.stand(30)
  handle.reset()
  phone.stand(2)

  assert.equal(now().fixes.length, 2)
  assert.equal(now().fixes[0][0], 0)
  assert.equal(now().elapsed_ms, 2000)
})

test('reset asks the receiver anew, for a phone that lies still reports only once', () => {
  const { phone, handle } = opened()
  phone.stand(1)
  handle.reset()

  assert.deepEqual([phone.opened, phone.watching.size], [2, 1])
})

test('reset before anything came does not ask the person a second time', () => {
  const { phone, handle } = opened()
  handle.reset()

  assert.equal(phone.opened, 1)
})

test('walking on to another door begins a new series there by itself', () => {
  const { phone, now } = opened()
  phone.stand(30)
  for (let n = 0; n < 60; n += 1) phone.stand(1, { east: 1.2 * n })
  phone.stand(40, { east: 72 })

  assert.equal(now().state, 'settled')
  assert.ok(Math.abs((now().estimate.lon - 99.2283) * 100_800 - 72) < 2)
})

test('reflections for a few seconds do not begin a new series', () => {
  const { phone, now } = opened()
  phone.stand(20)
  phone.stand(5, { east: 45 })
  phone.stand(10)

  assert.equal(now().fixes.length, 35)
})

test('no more readings are kept than may be sent', () => {
  const { phone, now } = opened()
  phone.stand(MAX_FIXES + 30)

  assert.equal(now().fixes.length, MAX_FIXES)
  assert.equal(now().fixes[0][0], 0)
})

test('a hidden page rests and goes on where it was, as after a photo', () => {
  const { phone, now, seen } = opened()
  phone.stand(10)
  phone.turn(true)
  const before = seen.length
  mock.timers.tick(20_000)
  assert.deepEqual([phone.watching.size, seen.length], [0, before])

  phone.turn(false)
  phone.stand(1)
  assert.equal(now().fixes.length, 11)
})

test('a page hidden for longer than a photo takes begins anew', () => {
  const { phone, now } = opened()
  phone.stand(10)
  phone.turn(true)
  mock.timers.tick(AWAY_MS + 1)
  phone.turn(false)
  phone.stand(1)

  assert.equal(now().fixes.length, 1)
})

test('the screen stays on while the watch runs, and not longer', async () => {
  const { phone, handle } = opened()
  await settle()
  assert.equal(phone.locks, 1)

  phone.turn(true)
  phone.turn(false)
  await settle()
  assert.equal(phone.locks, 1)

  handle.close()
  mock.timers.tick(LINGER_MS)
  assert.equal(phone.locks, 0)
})
