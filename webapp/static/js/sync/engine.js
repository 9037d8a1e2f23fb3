import { liveQuery } from 'dexie'
import { heldKey } from '../store/data-key.js'
import { openStore } from '../store/db.js'
import { readMeta } from '../store/meta.js'
import { hasFreshWork } from '../store/queue.js'
import { currentSession } from '../store/session.js'
import { waitS } from './backoff.js'
import { runCycle } from './cycle.js'
import { inTurn } from './turn.js'

const QUIET_S = 300
const BELL = 'hetu-sync'

/**
 * `waiting` counts down to `nextAt` after a failure of the server, `offline` and `portal` after one of the
 * network, `update` while the server asks for a newer app, `paused` waits for the same person to sign in again, `wiped`
 * has cleared everything. `leaving`: it will be cleared when all has been sent.
 * @typedef {{phase: 'idle'|'pushing'|'photos'|'pulling'|'waiting'|'paused'|'offline'|'portal'|'update'|'wiped', leaving: boolean, sent: number, total: number,
 *   photosSent: number, photosTotal: number, received: number, lastSyncAt: string|null, nextAt: number|null,
 *   problem: {code: string, fields: string[]}|null}} SyncState nextAt in milliseconds since 1970
 */
const AT_REST = { sent: 0, total: 0, photosSent: 0, photosTotal: 0, received: 0, nextAt: null, problem: null }

/** @type {SyncState} */
let state = { phase: 'idle', lastSyncAt: null, leaving: false, ...AT_REST }
let failures = 0
let quietUntil = 0
let timer = null
let running = null
let tell = () => {}

/** @returns {SyncState} */
export function syncState() {
  return state
}

/**
 * Sync by itself from now on: at once, when the network or the page comes back, when something was
 * kept, when the worker rings, and every few minutes.
 * @param {{onState?: (state: SyncState) => void}} options
 * @returns {() => void} stop
 */
export function startSync({ onState = () => {} } = {}) {
  tell = onState
  const stops = [
    on(window, 'online', syncNow),
    on(document, 'visibilitychange', () => document.visibilityState === 'visible' && syncNow()),
    on(navigator.serviceWorker, 'message', ({ data }) => data?.type === 'SYNC' && syncNow()),
    watchWork(),
    () => clearTimeout(timer),
  ]
  attempt()
  return () => stops.forEach((stop) => stop())
}

function on(target, event, listener) {
  target?.addEventListener(event, listener)
  return () => target?.removeEventListener(event, listener)
}

function watchWork() {
  const watch = liveQuery(workWaiting).subscribe((work) => {
    const isAwaited = (state.phase === 'idle' && work === 'fresh') || (state.phase === 'paused' && work !== 'paused')
    if (isAwaited) attempt()
  })
  return () => watch.unsubscribe()
}

async function workWaiting() {
  const session = await currentSession()
  if (session?.status !== 'active' || !heldKey()) return 'paused'
  return (await hasFreshWork(session.account.id)) ? 'fresh' : 'none'
}

/**
 * The button, and whatever says that things are different now: earlier failures no longer make the next
 * wait long. A day without a network would otherwise leave ten minutes of silence behind.
 * @returns {Promise<SyncState>}
 */
export function syncNow() {
  failures = 0
  return attempt()
}

/** A server that asked for quiet is left in peace. */
async function attempt() {
  if (Date.now() < quietUntil) return state
  running ??= run().finally(() => (running = null))
  return running
}

async function run() {
  clearTimeout(timer)
  show({ ...AT_REST })
  const failure = await inTurn(cycle).catch(fault)
  if (failure) return rest(failure)
  failures = 0
  show({ ...AT_REST, phase: 'idle', lastSyncAt: await lastSyncAt() })
  schedule(QUIET_S + waitS(1))
  return state
}

/** Again when something was kept meanwhile. */
async function cycle() {
  await openStore()
  for (;;) {
    const failure = await runCycle(show)
    if (failure || (await workWaiting()) !== 'fresh') return failure
  }
}

function rest({ kind, problem, retryAfterS = 0 }) {
  if (['paused', 'wiped'].includes(kind)) return show({ phase: kind, problem })
  // a line that loses much but lets something through is no reason to wait longer and longer
  const isMoving = kind === 'offline' && state.sent + state.photosSent + state.received > 0
  failures = isMoving ? 1 : failures + 1
  const seconds = waitS(failures, retryAfterS)
  quietUntil = retryAfterS ? Date.now() + seconds * 1000 : 0
  schedule(seconds)
  ringLater()
  const phase = ['offline', 'portal', 'update'].includes(kind) ? kind : 'waiting'
  return show({ phase, problem, nextAt: Date.now() + seconds * 1000 })
}

/** The wait ends with its timer: the clock may have been put back meanwhile. */
function schedule(seconds) {
  timer = setTimeout(() => {
    quietUntil = 0
    attempt()
  }, seconds * 1000)
}

/** The store failed under us: say so, keep everything, try again like after any other failure. */
function fault(error) {
  console.error(error)
  return { kind: 'fault', problem: { code: 'phone_store', fields: [] } }
}

/** Where it exists, Background Sync wakes the page when the network is back. It carries nothing. */
function ringLater() {
  navigator.serviceWorker?.ready.then((registration) => registration.sync?.register(BELL)).catch(() => {})
}

function show(change) {
  state = { ...state, ...change }
  tell(state)
  return state
}

const lastSyncAt = async () => (await readMeta('last_sync_at')) ?? null
