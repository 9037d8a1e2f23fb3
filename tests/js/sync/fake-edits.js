const COLUMNS = { head: 'head', group: 'area', address: 'address', phone: 'phone' }

/** household.edit on the fake server: merged field by field, and what cannot be is a conflict for its office. */
export class FakeEdits {
  /** those taken in, by id */
  ops = new Map()
  /** by `<op id> <field>` */
  conflicts = new Map()

  constructor(server) {
    this.server = server
  }

  /** @returns {string[]} the fields that wait for a person */
  merge(op, account) {
    this.ops.set(op.id, { ...op, account })
    const home = this.server.households.get(op.entity_id)
    const waiting = Object.entries(op.payload.fields).filter(([field, said]) => !this.take(home, op.id, field, said))
    home.rev += 1
    this.server.announce(home.id)
    for (const [field, said] of waiting) this.lay(home, op, field, said, account)
    return waiting.map(([field]) => field)
  }

  take({ data }, opId, field, { base, theirs, mark }) {
    const isPhone = field === 'phone'
    const [ours, seen] = isPhone ? [data.phone_mark ?? null, mark] : [data[COLUMNS[field]], base]
    if (!isPhone && ours === theirs) return true
    if (ours !== seen) return false
    Object.assign(data, isPhone ? { phone: masked(theirs), phone_mark: opId } : { [COLUMNS[field]]: theirs })
    return true
  }

  lay(home, op, field, { base, theirs }, account) {
    const conflict = {
      id: `${op.id} ${field}`, rev: 1, account, data: {
        ops: [op.id], household: home.id, kind: 'field', field, side: 'theirs', state: 'open', choice: null, base,
        ours: home.data[COLUMNS[field]], theirs, receipt: null, decision: null,
      },
    }
    this.conflicts.set(conflict.id, conflict)
    this.tell(conflict)
  }

  /** The office says which of the two it shall be. */
  decide(opId, field, choice) {
    const conflict = this.conflicts.get(`${opId} ${field}`)
    const value = conflict.data[choice]
    const decision = { value, reasons: ['D01'], text: '已电话核实', by: '王芳', at: new Date().toISOString() }
    conflict.rev += 1
    Object.assign(conflict.data, { state: 'decided', choice, decision })
    const home = this.server.households.get(conflict.data.household)
    home.data[COLUMNS[field]] = value
    home.rev += 1
    this.server.announce(home.id)
    this.tell(conflict)
  }

  tell({ id, rev, account, data }) {
    this.server.feed.push({ kind: 'conflict', id, rev, deleted: false, data: structuredClone(data), onlyFor: account.id })
  }
}

const masked = (number) => `${number.slice(0, 3)}****${number.slice(-4)}`
