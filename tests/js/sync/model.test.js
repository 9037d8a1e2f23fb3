import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { db } from '../../../webapp/static/js/store/db.js'
import { retryOp } from '../../../webapp/static/js/store/queue.js'
import { unsentCount } from '../../../webapp/static/js/store/outbox.js'
import { saveSession, signOut } from '../../../webapp/static/js/store/session.js'
import { runCycle } from '../../../webapp/static/js/sync/cycle.js'
import { household } from '../../../webapp/static/js/store/worklist.js'
import { CADRE, OTHER, aPhoto, capture, correct, everything, outbox, withFullDisk } from '../store/phone.js'
import { portalPage, problem } from './fake-server.js'
import { fieldWith } from './field.js'

const HOMES = 6
const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS
const RUNS = Number(process.env.MODEL_RUNS ?? 20)

const aFault = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  fc.constantFrom('drop_request', 'drop_response', 'twice', 'late', 'kill_before', 'kill_after', 'portal', '401', '413', '429', '500', '503'),
  fc.record({ cut: fc.nat(40) }),
)
const anAction = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('capture'), home: fc.nat(HOMES - 1), picture: fc.option(fc.nat(3)), poison: fc.nat(9).map((n) => n === 0) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('edit'), home: fc.nat(HOMES - 1), no: fc.integer({ min: 1, max: 4 }) }) },
  fc.record({ act: fc.constant('office'), home: fc.nat(HOMES - 1), no: fc.integer({ min: 5, max: 6 }) }),
  { weight: 4, arbitrary: fc.record({ act: fc.constant('sync'), faults: fc.array(aFault, { maxLength: 5 }) }) },
  fc.record({ act: fc.constant('killAt'), tick: fc.nat(60) }),
  fc.record({ act: fc.constant('fullDisk'), home: fc.nat(HOMES - 1), table: fc.constantFrom('captures', 'outbox', 'meta') }),
  fc.record({ act: fc.constant('photo'), home: fc.nat(HOMES - 1), picture: fc.integer({ min: 4, max: 6 }) }),
  fc.record({ act: fc.constant('network'), open: fc.boolean() }),
  fc.record({ act: fc.constant('twoTabs'), faults: fc.array(aFault, { maxLength: 5 }) }),
  fc.record({ act: fc.constant('clock'), offMs: fc.constantFrom(0, -DAY_MS, DAY_MS, -50 * YEAR_MS, 70 * YEAR_MS) }),
  fc.record({ act: fc.constant('serverRestart') }),
  fc.record({ act: fc.constant('colleague'), home: fc.nat(HOMES - 1) }),
  fc.record({ act: fc.constant('signOut') }),
  fc.record({ act: fc.constant('signInAgain') }),
  fc.record({ act: fc.constant('stranger') }),
)

/** Stories that once ended badly. */
const FOUND = [
  [{ act: 'capture', home: 0, picture: 0, poison: true }, { act: 'sync', faults: [undefined, '413'] }, { act: 'capture', home: 0, picture: null, poison: true }],
]

const answers = {
  portal: portalPage, 401: () => problem(401, 'unauthorized'), 413: () => problem(413, 'too_large'), 500: () => problem(500, 'internal'),
  429: () => problem(429, 'slow_down', [], { 'Retry-After': '1' }), 503: () => problem(503, 'maintenance'),
}

/** A phone, a server, and what the person was told is kept. */
class Story {
  static async begin() {
    const told = { kept: new Map(), edited: new Map(), colleagues: new Set(), pictures: new Set(), moved: new Set() }
    const story = Object.assign(new Story(), { ...told, offMs: 0, isOpen: true }, await fieldWith(HOMES))
    story.server.addAccount(OTHER)
    return story
  }

  now = () => new Date(Date.now() + this.offMs)
  cycle = () => runCycle(() => {}, this.now)

  async capture({ home, picture, poison }) {
    const photos = picture === null ? [] : [await aPhoto(this.homes[home], `picture ${picture}`.repeat(5))]
    const note = poison ? 'poison' : `visit ${this.kept.size}`
    const { ok, id } = await capture(this.homes[home], { photos, note }, { now: this.now() })
    assert.equal(ok, true, 'P5: no network and no session is needed')
    this.kept.set(id, note)
    photos.forEach((photo) => this.pictures.add(photo.sha256))
  }

  /** What was typed stays on the page, whatever is pulled, until the server has judged it. */
  async edit({ home: index, no }) {
    const home = this.homes[index]
    const seen = await household(home.id)
    if (!seen || seen.address === `${no}号`) return // a phone just emptied, or nothing to change
    const { ok, id } = await correct(home, { address: `${no}号` })
    assert.equal(ok, true, 'P5: no network and no session is needed')
    this.edited.set(id, seen.address)
    assert.equal((await household(home.id)).address, `${no}号`)
  }

  office({ home: index, no }) {
    const home = this.server.households.get(this.homes[index].id)
    Object.assign(home, { rev: home.rev + 1, data: { ...home.data, address: `${no}号` } })
    this.server.announce(home.id)
  }

  async sync({ faults }) {
    const killed = this.meet(faults)
    await Promise.race([this.cycle(), killed])
    await this.restart()
  }

  /** Two pages at once where the browser knows no locks: it may cost bytes, never a record. */
  async twoTabs({ faults }) {
    this.meet(faults)
    await new Promise((resolve, reject) => {
      let alive = 2
      const ended = () => { if (--alive === 0) resolve() }
      this.server.onKill = ended
      for (const tab of [this.cycle(), this.cycle()]) tab.then(ended, reject)
    })
    await this.restart()
  }

  meet(faults) {
    const list = this.isOpen ? [...faults] : Array(99).fill('drop_request')
    this.server.fault = () => {
      const fault = list.shift()
      return answers[fault]?.() ?? fault
    }
    return new Promise((resolve) => (this.server.onKill = resolve))
  }

  network({ open }) {
    this.isOpen = open
  }

  clock({ offMs }) {
    this.offMs = offMs
  }

  /** Taken, never saved: no business of the server's. */
  photo({ home, picture }) {
    return aPhoto(this.homes[home], `picture ${picture}`.repeat(5))
  }

  /** What was half uploaded is gone. */
  serverRestart() {
    this.server.parts.clear()
  }

  /** Somebody else's phone at the same door. */
  colleague({ home }) {
    const { device } = this.server.enrol(OTHER)
    const id = crypto.randomUUID()
    const payload = { lon: 99.1, lat: 25.1, accuracy_m: 5, source: 'gps', exception: null, note: 'colleague', photos: [] }
    this.server.keep({ id, device_seq: 1, entity_id: this.homes[home].id, payload, taken_at: new Date().toISOString() }, '-', device)
    this.server.ops.delete(`${id} -`)
    this.colleagues.add(id)
  }

  /** The page dies anywhere between two steps of its work. */
  async killAt({ tick }) {
    this.server.fault = () => undefined
    const life = this.cycle().catch(() => {})
    for (let n = 0; n < tick; n += 1) await new Promise(setImmediate)
    db.close()
    await life
    await this.restart()
  }

  async restart() {
    db.close()
    await db.open()
  }

  async fullDisk({ home, table }) {
    assert.equal((await withFullDisk(table, () => capture(this.homes[home]))).ok, false)
  }

  async signOut() {
    const unsent = await unsentCount()
    await this.noteUnseenNumbers()
    assert.equal((await signOut()).ok, unsent === 0)
    if (unsent) return
    await this.checkEmpty()
    await this.signInAgain()
  }

  /** P6: another person gets nothing of it, neither the records nor the say over them. */
  async stranger() {
    const before = await everything()
    const unsent = await unsentCount()
    await this.noteUnseenNumbers()
    const { device: _, ...session } = this.server.enrol(OTHER)
    assert.equal((await saveSession(session)).ok, unsent === 0)
    if (unsent) return assert.deepEqual(await everything(), before)
    await this.checkEmpty()
    this.server.fault = () => undefined
    await this.cycle()
    await this.signInAgain()
    await this.checkEmpty()
  }

  async checkEmpty() {
    const { meta: _, ...held } = await everything()
    assert.deepEqual(Object.values(held).flat(), [])
  }

  /** Ends a pause; every enrolment is a new device to the server. */
  async signInAgain() {
    await this.noteUnseenNumbers()
    const { device: _, ...session } = this.server.enrol(CADRE)
    assert.equal((await saveSession(session)).ok, true)
  }

  /** These may never reach the device they were counted on: they go on under the next one, or were captured again. */
  async noteUnseenNumbers() {
    const unseen = await db.outbox.where('status').notEqual('uploaded').toArray()
    unseen.forEach((op) => this.moved.add(`${op.device_id} ${op.device_seq}`))
  }

  async healAndDrain() {
    this.server.fault = () => undefined
    await this.signInAgain()
    await this.cycle() // to a new device everything is offered again, and only then asks for attention what still has to
    // what was called too large on the way is offered again, also what shows only after its record has gone
    for (const _ of ['records', 'their photos']) {
      const { items } = await outbox()
      for (const { id } of items.filter((item) => item.state === 'attention')) await retryOp(id)
      await this.cycle()
    }
    assert.equal(await this.cycle(), null)
  }

  /** P4: nothing is called uploaded that the server does not have. */
  async checkNoFalseSuccess() {
    const claimed = await db.outbox.where('status').equals('uploaded').primaryKeys()
    assert.deepEqual(claimed.filter((id) => !this.server.captures.has(id) && !this.server.edits.ops.has(id)), [])
    const photos = await db.photos.where('status').equals('uploaded').primaryKeys()
    assert.deepEqual(photos.filter((hash) => !this.server.blobs.has(hash)), [])
  }

  async checkEnd() {
    const notes = (ops) => new Map([...ops].map(([id, op]) => [id, op.payload.note]))
    const isPoison = ([, note]) => note === 'poison'
    const mine = [...this.server.captures].filter(([id]) => !this.colleagues.has(id))
    assert.deepEqual(sorted(notes(mine)), sorted([...this.kept].filter((entry) => !isPoison(entry))))
    assert.deepEqual(sorted(notes(this.server.refused)), sorted([...this.kept].filter(isPoison)))
    assert.equal(await db.outbox.where('status').anyOf('queued', 'sending').count(), 0)
    assert.deepEqual(new Set(this.server.blobs.keys()), this.pictures)
    assert.deepEqual([...this.edited.keys()].filter((id) => !this.server.edits.ops.has(id)), [], 'P1: every correction arrives')
    assert.deepEqual([...this.server.edits.ops].map(([id, op]) => [id, op.payload.fields.address.base]), [...this.server.edits.ops.keys()].map((id) => [id, this.edited.get(id)]), 'P3: with what was seen')
    assert.equal(this.server.ops.size, mine.length + this.edited.size)
    assert.equal(mine.length + this.colleagues.size, this.server.captures.size, 'P3: the record of a colleague stays beside mine')
    assert.deepEqual(mine.filter(([, { account }]) => account.id !== CADRE.id), [], 'P6: everything is sent as its author')
    const there = new Set([...(await db.outbox.toCollection().primaryKeys()), ...this.server.captures.keys(), ...this.server.refused.keys()])
    assert.deepEqual([...this.kept.keys()].filter((id) => !there.has(id)), [], 'P1: on the phone or on the server')
  }

  async checkNumbers() {
    await this.noteUnseenNumbers()
    for (const { id, seqs } of this.server.devices.values()) {
      const numbers = Array.from({ length: Math.max(0, ...seqs) }, (_, index) => index + 1)
      assert.deepEqual(numbers.filter((number) => !seqs.has(number) && !this.moved.has(`${id} ${number}`)), [])
    }
  }
}

const sorted = (entries) => [...entries].sort()

test('F12 F13 F14 F16 F17 F18 F19 F20 F21 F24 F27 F28 F29 F33 whatever happens on the way, in the end the server has what was kept, once', async () => {
  await fc.assert(fc.asyncProperty(fc.array(anAction, { minLength: 4, maxLength: 18 }), async (actions) => {
    const story = await Story.begin()
    for (const action of actions) {
      await story[action.act](action)
      await story.checkNoFalseSuccess()
    }
    await story.healAndDrain()
    await story.checkNoFalseSuccess()
    await story.checkEnd()
    await story.checkNumbers()
  }), { numRuns: RUNS + FOUND.length, examples: FOUND.map((story) => [story]), includeErrorInReport: true })
})
