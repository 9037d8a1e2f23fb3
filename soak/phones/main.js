/**
 * All phones of a soak in one process, a thread each: `node soak/phones/main.js plan.json ledger.jsonl`. What a phone
 * shows as 已保存 is written to the ledger in the same moment, outside of every phone; soak/audit.py asks the server for it.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { Cadre } from './cadre.js'
import { Dice } from './dice.js'
import { visitsOf } from './doors.js'

const [planFile, ledgerFile] = process.argv.slice(2)
const plan = JSON.parse(readFileSync(planFile, 'utf8'))
const write = (line) => appendFileSync(ledgerFile, `${JSON.stringify(line)}\n`)

class Field {
  faults = {}
  waiting = []
  promised = 0
  stormBegan = null
  stormsEnded = []

  constructor({ base, tempo, share, seed, phones }) {
    Object.assign(this, { base, tempo, share, seed, size: phones.length })
  }

  note = (fault) => (this.faults[fault] = (this.faults[fault] ?? 0) + 1)
  complain = (complaint) => write({ complaint })

  promise(record) {
    this.promised += 1
    write({ promise: record })
  }

  /** Everybody waits for the last one. */
  together() {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      if (this.waiting.length === this.size) this.waiting.splice(0).forEach((go) => go())
    })
  }

  storm() {
    this.stormBegan ??= performance.now()
    this.note('F39')
  }

  drained() {
    this.stormsEnded.push((performance.now() - this.stormBegan) / 1000)
  }
}

// in the field every phone has a processor of its own; here the server must not be one of fifty that want this one
setPriority(15)
const field = new Field(plan)
const visits = visitsOf(plan, new Dice(plan.seed))
const cadres = plan.phones.map((phone, index) => new Cadre(phone, visits[index], new Dice(`${plan.seed} cadre ${phone.no}`), field))
const ticker = setInterval(() => process.stderr.write(`  ${field.promised} of ${plan.visits} visits\n`), 10_000)

const began = performance.now()
await Promise.all(cadres.map((cadre) => cadre.campaign()))
const walked = performance.now()
process.stdout.write('healed\n')
await Promise.all(cadres.map((cadre) => cadre.drain()))
const ended = performance.now()
for (const shown of await Promise.all(cadres.map((cadre) => cadre.story()))) write({ shown })
const { requests, ...faults } = field.faults
write({
  summary: {
    requests, faults, lives: cadres.reduce((sum, { phone }) => sum + phone.lives, 0), storm_s: Math.max(...field.stormsEnded),
    walk_s: (walked - began) / 1000, drain_s: (ended - walked) / 1000, phones_cpu_s: process.cpuUsage().user / 1e6,
  },
})
clearInterval(ticker)
