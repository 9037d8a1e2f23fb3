import { listCopies } from '../store/journal.js'
import { unsentKeys } from '../store/outbox.js'
import { wipeAll } from '../store/wipe.js'
import { hasReceived, provesPhoto } from './receipt.js'
import { sendSealedInTurn } from './rescue.js'

const ON_THE_WAY = ['offline', 'portal', 'server', 'slow_down']

/**
 * The secret is forgotten, or somebody else takes the phone: what only this phone has goes up sealed, out of the copies
 * beside the database, which open on the server without any secret of ours. Then the phone begins anew. Nothing is
 * cleared before there is a receipt for every record and photo.
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
  const copies = new Map((await listCopies() ?? []).map(({ name, header }) => [name, header]))
  const brought = await sendSealedInTurn()
  if (ON_THE_WAY.includes(brought.failure?.kind)) return null
  const ops = brought.ops.filter((answer) => isOpThere(answer, copies.get(`op-${answer.id}`)))
  const seen = brought.photos.filter((answer) => isPhotoThere(answer, copies.get(`photo-${answer.sha256}`)))
  const there = new Set([...ops.map(({ id }) => id), ...seen.map(({ sha256 }) => sha256)])
  return [...records, ...photos].filter((key) => !there.has(key)).length
}

const isOpThere = (answer, header) => Boolean(header) && hasReceived(answer, header)
const isPhotoThere = ({ receipt }, header) => Boolean(header) && provesPhoto(receipt, { sha256: header.id, size: header.size })
