/** Who goes to which door, and what is done there. */

const SHARES = { again: 0.2, place: 0.02, exception: 0.06, poison: 0.01, twins: 0.03, secondPicture: 0.35, noPicture: 0.15 }

/**
 * The visits of each phone in order. Most doors are visited once, some again. Those a phone shares with its neighbour are
 * for the day on which nobody has a network: neither of the two knows that the other has been there (F29).
 * @param {object} plan of soak/ground.py @param {import('./dice.js').Dice} dice
 * @returns {{round: object[], shared: object[]}[]}
 */
export function visitsOf(plan, dice) {
  let no = 0
  const each = Math.floor(plan.visits / plan.phones.length)
  const visits = (doors) => doors.map((door) => visit((no += 1), door, plan, dice))
  return plan.phones.map((phone, index) => {
    const count = each + (index < plan.visits % plan.phones.length ? 1 : 0)
    const shared = phone.shared.slice(0, count)
    return { round: visits(walk(phone, count - shared.length, dice)), shared: visits(shared) }
  })
}

function walk({ doors, places }, count, dice) {
  const fresh = [...doors]
  return Array.from({ length: count }, () => {
    if (dice.chance(SHARES.place)) return dice.pick(places)
    const isAgain = !fresh.length || (fresh.length < doors.length && dice.chance(SHARES.again))
    return isAgain ? doors[dice.within(0, doors.length - fresh.length - 1)] : fresh.shift()
  })
}

function visit(no, door, plan, dice) {
  const isPoison = !door.shared && dice.chance(SHARES.poison)
  const isException = !isPoison && door.subject === 'household' && !door.shared && dice.chance(SHARES.exception)
  const exception = isPoison ? 'E99' : isException ? 'E06' : null
  return {
    no, kind: 'capture.add', door, subject: door.subject, note: `第${no}次走访`, exception, isPoison,
    pictures: exception ? [] : pictures(no, plan, dice),
  }
}

/** Now and then a picture that another door has as well: one file on the server counts for both. */
function pictures(no, { pictures: files }, dice) {
  if (dice.chance(SHARES.noPicture)) return []
  const count = dice.chance(SHARES.secondPicture) ? 2 : 1
  return Array.from({ length: count }, (_, index) => {
    const isTwin = dice.chance(SHARES.twins)
    return isTwin ? { file: files[0], mark: `twin ${dice.within(1, 9)}` } : { file: dice.pick(files), mark: `${no} ${index}` }
  })
}
