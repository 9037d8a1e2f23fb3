/** The same seed throws the same numbers: a field that went wrong can be walked again, as far as threads allow. */
export class Dice {
  constructor(seed) {
    this.state = [...String(seed)].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0), 16777619), 2166136261)
  }

  /** 0 ≤ n < 1 (mulberry32) */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  chance(share) {
    return this.next() < share
  }

  /** A whole number, both ends included. */
  within(least, most) {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)]
  }

  /** One of `[{weight}]`. */
  weighed(list) {
    let left = this.next() * list.reduce((sum, { weight }) => sum + weight, 0)
    return list.find(({ weight }) => (left -= weight) < 0) ?? list.at(-1)
  }
}
