import { Worker } from 'node:worker_threads'

/** What a step comes to when the phone dies over it. It is on again then, with what its storage held. */
export const DEAD = Symbol('dead')

/** A phone seen from outside: asked for one step at a time, switched on again whenever it dies. */
export class Phone {
  lives = 0
  memory = null
  jumpMs = 0
  isOnline = false
  isWhole = false
  intended = null

  /**
   * @param {{no: number, flaky: boolean}} plan
   * @param {{base: string, tempo: number, share: number, seed: string, note: (fault: string) => void, complain: (words: string) => void}} field
   */
  constructor(plan, field) {
    Object.assign(this, { plan, field })
  }

  /** Until the app is open; it may die even while it opens. */
  async on() {
    do this.begin()
    while ((await this.answer()) === DEAD)
  }

  begin() {
    this.lives += 1
    const { base, tempo, share, seed } = this.field
    const workerData = {
      base, tempo, share, flaky: this.plan.flaky, seed: `${seed} ${this.plan.no} ${this.lives}`,
      memory: this.memory, jumpMs: this.jumpMs, isOnline: this.isOnline, isWhole: this.isWhole,
    }
    Object.assign(this, { isDead: false, isKilled: false })
    this.worker = new Worker(new URL('./phone.js', import.meta.url), { workerData })
    this.worker.on('message', (message) => this.hear(message))
    this.worker.on('error', (error) => this.field.complain(error.stack))
    this.worker.on('exit', () => this.end())
  }

  end() {
    this.isDead = true
    if (!this.isKilled) this.field.complain(`phone ${this.plan.no} ended by itself`)
    this.resolve(DEAD)
  }

  hear({ fault, intended, died, complaint, done }) {
    if (fault) this.field.note(fault)
    if (intended) this.intended = intended
    if (died) Object.assign(this, { memory: died, isKilled: true })
    if (complaint) this.field.complain(complaint)
    if (done) this.resolve(done.answer)
  }

  answer() {
    return new Promise((resolve) => (this.resolve = resolve))
  }

  /** @returns {Promise<any>} what came of it, or DEAD */
  async ask(step, given = {}) {
    if (this.isDead) await this.on()
    const answer = this.answer()
    this.worker.postMessage({ step, ...given })
    const found = await answer
    if (found === DEAD) await this.on()
    return found
  }

  /** The battery falls out in the middle of whatever comes next. */
  dieAfter(ms) {
    this.worker.postMessage({ step: 'die', afterMs: ms })
  }

  async off() {
    this.worker.removeAllListeners()
    await this.worker.terminate()
  }
}
