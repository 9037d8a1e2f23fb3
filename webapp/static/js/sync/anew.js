import { unsentKeys } from '../store/outbox.js'
import { wipeAll } from '../store/wipe.js'
import { sendSealedInTurn } from './rescue.js'

const ON_THE_WAY = ['offline', 'portal', 'server', 'slow_down']

/**
 * The secret is forgotten, or somebody else takes the phone: what only this phone has goes up sealed, out of the copies
 * beside the database, which open on the server without any secret of ours. Then the phone begins anew. Nothing is
 * cleared before the server has said of every record and photo that it has it.
 * @returns {Promise<{ok: true} | {ok: false, reason: 'offline'} | {ok: false, reason: 'left', count: number}>}
 */
export async function startAnew() {
  const waiting = await unsentKeys()
  const left = waiting.records.length + waiting.photos.length ? await sent(waiting) : 0
  if (left === null) return { ok: false, reason: 'offline' }
  if (left) return { ok: false, reason: 'left', count: left }
  await wipeAll()
  return { ok: true }
}

/** @returns {Promise<number|null>} how many the server has not got, null when the network broke off */
async function sent({ records, photos }) {
  const brought = await sendSealedInTurn()
  if (ON_THE_WAY.includes(brought.failure?.kind)) return null
  const there = new Set([...brought.ops.filter(isKept).map(({ id }) => id), ...brought.photos.filter(isKept).map(({ sha256 }) => sha256)])
  return [...records, ...photos].filter((key) => !there.has(key)).length
}

/** Also what lies on a desk there, if the server gives its receipt for it. */
const isKept = ({ verdict, receipt }) => ['accepted', 'duplicate'].includes(verdict) || (verdict === 'conflict' && receipt !== null)
