/** Who goes to which door, and what is done there. */

const SHARES = { again: 0.2, place: 0.02, exception: 0.06, poison: 0.01, twins: 0.03, secondPicture: 0.35, noPicture: 0.15 }

/**
 * The visits of each phone in order. Most doors are visited once, some again, and those a phone shares with its
 * neighbour once by each of the two.
 * @param {object} plan of soak/ground.py @param {import('./dice.js').Dice} dice
 */
export function visitsOf(plan, dice) {
  let no = 0
  const each = Math.floor(plan.visits / plan.phones.length)
  return plan.phones.map((phone, index) => {
    const count = each + (index < plan.visits % plan.phones.length ? 1 : 0)
    const doors = walk(phone, count, dice)
    return doors.map((door) => visit((no += 1), door, plan, dice))
  })
}

/** The shared doors stand anywhere in the round, and are never gone to twice by one phone. */
function walk({ doors, shared, places }, count, dice) {
  const fresh = [...doors]
  const round = Array.from({ length: Math.max(0, count - shared.length) }, () => {
    if (dice.chance(SHARES.place)) return dice.pick(places)
    const isAgain = !fresh.length || (fresh.length < doors.length && dice.chance(SHARES.again))
    return isAgain ? doors[dice.within(0, doors.length - fresh.length - 1)] : fresh.shift()
  })
  shared.slice(0, count).forEach((door) => round.splice(dice.within(0, round.length), 0, door))
  return round
}

function visit(no, door, plan, dice) {
  const isPoison = dice.chance(SHARES.poison)
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
