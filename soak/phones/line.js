import { FAULTS } from './faults.js'
import { really } from './clock.js'

const FLAKY_LOSS = 0.3
const FLAKY_WAIT_MS = 5000

/** The way between one phone and the server: shut, good, or as bad as the matrix of faults says. Stands in for `fetch`. */
export class Line {
  open = false
  whole = false
  burst = 0
  late = new Set()

  /**
   * @param {{base: string, send: (request: object) => Promise<Response>, dice: import('./dice.js').Dice, share: number, flaky: boolean,
   *   tempo: number, note: (fault: string) => void, die: () => never}} options `share` of all requests meet a fault
   */
  constructor(options) {
    Object.assign(this, options)
  }

  fetch = async (path, options = {}) => {
    if (!this.open) throw new TypeError('no network')
    const request = { path, ...options }
    if (this.whole) return this.send(request)
    this.note('requests')
    if (this.flaky) return this.sendFlaky(request)
    const fault = this.fault(request)
    if (!fault) return this.send(request)
    this.note(fault.id)
    return fault.act(this, request)
  }

  fault(request) {
    if (this.burst > 0) {
      this.burst -= 1
      return FAULTS.find(({ id }) => id === 'F16')
    }
    if (!this.dice.chance(this.share)) return null
    return this.dice.weighed(FAULTS.filter(({ fits = () => true }) => fits(request)))
  }

  /** F42: for the whole run nearly a third is lost on the way there or back, and all of it takes its time. */
  async sendFlaky(request) {
    await really((this.dice.next() * FLAKY_WAIT_MS) / this.tempo)
    const isLost = this.dice.chance(FLAKY_LOSS)
    if (isLost) this.note('F42')
    if (isLost && this.dice.chance(0.5)) throw new TypeError('lost on the way there')
    const answer = await this.send(request)
    if (isLost) throw new TypeError('lost on the way back')
    return answer
  }

  /** A copy that some box on the way holds back and delivers after newer ones. */
  sendLate({ signal: _, ...request }, waitMs) {
    const copy = really(waitMs).then(() => this.send(request)).then((answer) => answer.arrayBuffer()).catch(() => {})
    this.late.add(copy)
    copy.finally(() => this.late.delete(copy))
  }

  async settled() {
    await Promise.all(this.late)
  }
}
