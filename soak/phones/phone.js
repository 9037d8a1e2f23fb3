/**
 * One life of one phone, in a thread of its own: the app's own store and sync, its storage, its clock, its line. The
 * thread ends when the phone is killed; what was committed to its storage goes to whoever watches, for the next life.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { startClock, really } from './clock.js'
import { Dice } from './dice.js'
import { Line } from './line.js'
import { putBack, takeOut } from './memory.js'

const { base, tempo, share, flaky, seed, jumpMs, memory, isOnline, isWhole } = workerData
const tell = (message) => parentPort.postMessage(message)

// every page of this process would hear of the others' writes through it, as if it were another tab
delete globalThis.BroadcastChannel
await import('fake-indexeddb/auto')
globalThis.window = new EventTarget()
globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
Object.defineProperty(globalThis, 'navigator', { value: { locks: { request: inTurn } }, configurable: true })
const clock = startClock(tempo, jumpMs)
const server = globalThis.fetch
const send = ({ path, ...options }) => server(base + path, options)
const line = new Line({ base, send, tempo, share, flaky, dice: new Dice(seed), note: (fault) => tell({ fault }), die })
Object.assign(line, { open: isOnline, whole: isWhole })
globalThis.fetch = line.fetch

let last = Promise.resolve()
function inTurn(_name, work) {
  const turn = last.then(work)
  last = turn.catch(() => {})
  return turn
}

function die() {
  tell({ died: takeOut(indexedDB) })
  process.exit()
}

process.on('unhandledRejection', (error) => tell({ complaint: String(error?.stack ?? error) }))
if (memory) await putBack(memory)
const { perform } = await import('./hands.js')
parentPort.on('message', ({ step, ...given }) => (step === 'die' ? really(given.afterMs).then(die) : answer(step, given)))
answer('open', {})

async function answer(step, given) {
  tell({ done: { answer: await perform(step, given, { line, clock, tell }) } })
}
