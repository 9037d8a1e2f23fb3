import { DEAD, Phone } from './life.js'
import { really } from './clock.js'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const YEAR_MS = 365 * DAY_MS
const PATIENCE_MS = 4000
/** How far the phone's clock may be off. */
const OFF_MS = [0, -DAY_MS, DAY_MS, 70 * YEAR_MS, -45 * YEAR_MS, 11 * MINUTE_MS, -40 * MINUTE_MS]

/** One cadre's campaign: door after door, mostly without a network, with all that can happen to a phone on the way. */
export class Cadre {
  /** @param {object} plan of soak/ground.py @param {import('./dice.js').Dice} dice @param {object} field */
  constructor(plan, visits, dice, field) {
    Object.assign(this, { plan, visits, dice, field, phone: new Phone(plan, field) })
  }

  async campaign() {
    const { round, shared } = this.visits
    const half = Math.floor(round.length / 2)
    await this.phone.on()
    await this.network(true)
    await this.signIn()
    await this.walk(round.slice(0, half))
    await this.marketDay(shared)
    await this.walk(round.slice(half))
  }

  async walk(visits) {
    for (let rest = visits; rest.length;) {
      const stretch = rest.slice(0, this.dice.within(1, 8))
      rest = rest.slice(stretch.length)
      await this.network(this.dice.chance(0.4))
      for (const visit of stretch) {
        await this.mishap()
        await this.visit(visit)
      }
      await this.network(true)
      await this.lookAtTheQueue()
    }
  }

  async network(on) {
    this.phone.isOnline = on
    await this.phone.ask('network', { on })
  }

  /** Until 已保存 was shown. What a killed page had kept is found on the phone's own list when it is on again. */
  async visit(visit) {
    if (visit.isPoison) this.field.note('F19')
    for (;;) {
      this.phone.intended = null
      const found = await this.phone.ask('visit', { visit })
      const { intended } = this.phone
      const kept = found === DEAD && intended ? await this.alive('recall', { id: intended.id }) : found
      if (kept && kept !== DEAD) return this.field.promise({ ...intended, ...kept, phone: this.plan.no, username: this.plan.username })
    }
  }

  /** Asked again by whoever has switched the phone on again. */
  async alive(step, given = {}) {
    for (;;) {
      const found = await this.phone.ask(step, given)
      if (found !== DEAD) return found
    }
  }

  async lookAtTheQueue() {
    const seen = await this.phone.ask('rest', { forMs: this.dice.chance(0.7) ? PATIENCE_MS : 50 })
    if (seen.session === 'paused' || seen.session === 'none') await this.signIn()
  }

  async signIn() {
    const { username, password } = this.plan
    for (;;) {
      const answer = await this.phone.ask('signIn', { username, password, label: `手机 ${this.plan.no}` })
      if (answer.ok) return
      if (answer.code === 'wrong_credentials') throw new Error(`${username} cannot sign in`)
      await really(this.dice.within(20, 200))
    }
  }

  async mishap() {
    const { act } = this.dice.weighed([{ weight: 88, act: 'nothing' }, ...MISHAPS])
    await this[act]?.()
  }

  /** F03: in the middle of a photo, of a record, of anything. */
  kill() {
    this.field.note('F03')
    this.phone.dieAfter(this.dice.within(0, 60))
  }

  /** F33 */
  async jump() {
    this.field.note('F33')
    this.phone.jumpMs = this.dice.pick(OFF_MS)
    await this.phone.ask('jump', { ms: this.phone.jumpMs })
  }

  /** F21: the neighbour signs in on this phone; in the end it is its owner's again. */
  async stranger() {
    this.field.note('F21')
    const answer = await this.phone.ask('stranger', { ...this.plan.neighbour, label: '借用的手机' })
    if (answer.ok || answer === DEAD) await this.signIn()
  }

  async signOut() {
    const answer = await this.phone.ask('signOut')
    if (answer.ok || answer === DEAD) {
      await this.network(true)
      await this.signIn()
    }
  }

  /** F29, F39: nobody has a network, two phones come to one door, and all get it back in the same moment. */
  async marketDay(shared) {
    await this.network(false)
    await this.field.together()
    for (const visit of shared) {
      this.field.note('F29')
      await this.visit(visit)
    }
    await this.field.together()
    this.field.storm()
    await this.network(true)
    await this.phone.ask('rest', { forMs: 5 * PATIENCE_MS })
    this.field.drained()
  }

  /** The faults end; everything still on the phone goes. */
  async drain() {
    Object.assign(this.phone, { isOnline: true, isWhole: true })
    await this.phone.ask('heal')
    for (let round = 0; round < 60; round += 1) {
      const seen = await this.phone.ask('drain', { forMs: PATIENCE_MS })
      if (seen.session !== 'active') await this.signIn()
      else if (!seen.waiting && seen.phase === 'idle') break
    }
  }

  /** When all have sent everything: the news of the last hour, then what the phone thinks of it all. */
  async story() {
    while ((await this.phone.ask('news')).phase !== 'idle') await really(PATIENCE_MS / 10)
    const shown = await this.alive('show')
    await this.phone.off()
    const { no, username } = this.plan
    return { no, username, ...shown }
  }
}

const MISHAPS = [
  { weight: 4, act: 'kill' }, { weight: 3, act: 'jump' }, { weight: 1, act: 'stranger' }, { weight: 1, act: 'signOut' },
]
