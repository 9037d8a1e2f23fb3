import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { db } from '../../../webapp/static/js/store/db.js'
import { retryOp } from '../../../webapp/static/js/store/queue.js'
import { saveSession, signOut } from '../../../webapp/static/js/store/session.js'
import { aPhoto, capture, outbox, withFullDisk } from '../store/phone.js'
import { portalPage, problem } from './fake-server.js'
import { fieldWith, sync } from './field.js'

const HOMES = 6
const RUNS = Number(process.env.MODEL_RUNS ?? 20)

const aFault = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  fc.constantFrom('drop_request', 'drop_response', 'twice', 'kill_before', 'kill_after', 'portal', '401', '413', '429', '500', '503'),
  fc.record({ cut: fc.nat(40) }),
)
const anAction = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('capture'), home: fc.nat(HOMES - 1), picture: fc.option(fc.nat(3)), poison: fc.nat(9).map((n) => n === 0) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('sync'), faults: fc.array(aFault, { maxLength: 5 }) }) },
  fc.record({ act: fc.constant('killAt'), tick: fc.nat(60) }),
  fc.record({ act: fc.constant('fullDisk'), home: fc.nat(HOMES - 1), table: fc.constantFrom('captures', 'outbox', 'meta') }),
  fc.record({ act: fc.constant('signOut') }),
  fc.record({ act: fc.constant('signInAgain') }),
)

const answers = {
  portal: portalPage, 401: () => problem(401, 'unauthorized'), 413: () => problem(413, 'too_large'), 500: () => problem(500, 'internal'),
  429: () => problem(429, 'slow_down', [], { 'Retry-After': '1' }), 503: () => problem(503, 'maintenance'),
}

/** A phone, a server, and what the person was told is kept. */
class Story {
  static async begin() {
    return Object.assign(new Story(), { kept: new Map(), pictures: new Set(), moved: new Set() }, await fieldWith(HOMES))
  }

  async capture({ home, picture, poison }) {
    const photos = picture === null ? [] : [await aPhoto(this.homes[home], `picture ${picture}`.repeat(5))]
    const note = poison ? 'poison' : `visit ${this.kept.size}`
    const { id } = await capture(this.homes[home], { photos, note })
    this.kept.set(id, note)
    photos.forEach((photo) => this.pictures.add(photo.sha256))
  }

  async sync({ faults }) {
    const list = [...faults]
    this.server.fault = () => {
      const fault = list.shift()
      return answers[fault]?.() ?? fault
    }
    const killed = new Promise((resolve) => (this.server.onKill = resolve))
    await Promise.race([sync(), killed])
    await this.restart()
  }

  /** The page dies anywhere between two steps of its work. */
  async killAt({ tick }) {
    this.server.fault = () => undefined
    const life = sync().catch(() => {})
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
    const unsent = await db.outbox.where('status').noneOf(['uploaded', 'superseded']).count()
    if (unsent) assert.equal((await signOut()).ok, false)
  }

  /** Ends a pause; every enrolment is a new device to the server. */
  async signInAgain() {
    await this.noteUnseenNumbers()
    const { device: _, ...session } = this.server.enrol(this.session.account)
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
    await sync() // to a new device everything is offered again, and only then asks for attention what still has to
    // what the server called too large while it was ill is offered again
    const { items } = await outbox()
    for (const { id } of items.filter((item) => item.state === 'attention')) await retryOp(id)
    await sync()
    assert.equal(await sync(), null)
  }

  /** P4: nothing is called uploaded that the server does not have. */
  async checkNoFalseSuccess() {
    const claimed = await db.outbox.where('status').equals('uploaded').primaryKeys()
    assert.deepEqual(claimed.filter((id) => !this.server.captures.has(id)), [])
    const photos = await db.photos.where('status').equals('uploaded').primaryKeys()
    assert.deepEqual(photos.filter((hash) => !this.server.blobs.has(hash)), [])
  }

  async checkEnd() {
    const notes = (ops) => new Map([...ops].map(([id, op]) => [id, op.payload.note]))
    const isPoison = ([, note]) => note === 'poison'
    assert.deepEqual(sorted(notes(this.server.captures)), sorted([...this.kept].filter((entry) => !isPoison(entry))))
    assert.deepEqual(sorted(notes(this.server.refused)), sorted([...this.kept].filter(isPoison)))
    assert.equal(await db.outbox.where('status').anyOf('queued', 'sending').count(), 0)
    assert.deepEqual(new Set(this.server.blobs.keys()), this.pictures)
    assert.equal(this.server.ops.size, this.server.captures.size)
    assert.equal(await db.outbox.count(), this.kept.size, 'no record has left the phone')
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

test('whatever happens on the way, in the end the server has what was kept, once', async () => {
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
  }), { numRuns: RUNS })
})
