import { db } from '../../../webapp/static/js/store/db.js'
import { saveSession } from '../../../webapp/static/js/store/session.js'
import { runCycle } from '../../../webapp/static/js/sync/cycle.js'
import { CADRE, aHousehold, emptyPhone } from '../store/phone.js'
import { FakeServer } from './fake-server.js'

/** A server with some households, and a phone enrolled on it that has pulled them. */
export async function fieldWith(count) {
  const server = new FakeServer()
  const homes = Array.from({ length: count }, (_, index) => aHousehold({ number: String(index) }))
  server.addAccount(CADRE)
  homes.forEach((home) => server.addHousehold(home))
  globalThis.fetch = server.fetch
  await emptyPhone()
  const { device, ...session } = server.enrol(CADRE)
  await saveSession(session)
  await sync()
  server.requests.length = 0
  return { server, homes, device, session }
}

export const sync = (report = () => {}) => runCycle(report)

/** Fault the next matching requests in turn, then behave. */
export function faults(server, path, ...list) {
  server.fault = (request) => (request.path.startsWith(path) && list.length ? list.shift() : undefined)
}

export const statuses = async () => (await db.outbox.orderBy('no').toArray()).map((op) => op.status)
export const pushes = (server) => server.requests.filter((request) => request.path === '/api/v1/sync/push').map((request) => request.body.ops.length)

// Node 20 has no navigator; an old browser has one without locks
if (typeof navigator === 'undefined') globalThis.navigator = {}

// a killed page takes its timers with it; here they must not hold the test process for a minute
const realSetTimeout = globalThis.setTimeout
globalThis.setTimeout = (work, ms, ...rest) => {
  const timer = realSetTimeout(work, ms, ...rest)
  return ms >= 60_000 ? timer.unref() : timer
}
