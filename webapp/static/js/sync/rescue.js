import { heldKey } from '../store/data-key.js'
import { db } from '../store/db.js'
import { dropCopies } from '../store/journal.js'
import { MAGIC, rescuePack } from '../store/pack.js'
import { photoState, settlePhoto } from '../store/photos.js'
import { opsById, settleOps } from '../store/queue.js'
import { readSealed } from '../store/seal.js'
import { bringPiece } from './api.js'
import { hasReceived, provesPhoto } from './receipt.js'
import { inTurn } from './turn.js'

const PIECE_BYTES = 1 << 20

/**
 * What the server said of a pack. `accepted` and `duplicate` count as there.
 * @typedef {{ops: object[], photos: object[], unreadable: number, foreign: number, cut: boolean,
 *   failure: import('./api.js').Failure|null}} Brought failure: why it stopped early; what came before counts
 */

/**
 * Bring a rescue pack to the server, a few whole records at a time: what arrived before a network broke off has arrived,
 * and bringing it again doubles nothing. Needs no sign-in: the proof is inside.
 * @param {Blob} pack
 * @param {(share: number) => void} report 0 to 1
 * @returns {Promise<Brought>}
 */
export async function bringPack(pack, report = () => {}) {
  const brought = nothing()
  for await (const { piece, end } of pieces(pack)) {
    const answer = await bringPiece(await piece.arrayBuffer())
    if (!answer.ok && !isEmptyHanded(answer, pack, end)) return { ...brought, failure: answer }
    add(brought, answer)
    report(end / pack.size)
  }
  return brought
}

const nothing = () => ({ ops: [], photos: [], unreadable: 0, foreign: 0, cut: false, failure: null })

/** A piece in which nothing could be read says nothing about the others. */
const isEmptyHanded = ({ problem }, pack, end) => end < pack.size && ['rescue_unreadable', 'rescue_foreign'].includes(problem?.code)

function add(brought, { ok, data, problem }) {
  if (!ok) {
    brought[problem.code === 'rescue_foreign' ? 'foreign' : 'unreadable'] += 1
    return
  }
  brought.ops.push(...data.ops)
  brought.photos.push(...data.photos)
  brought.unreadable += data.unreadable
  brought.foreign += data.foreign
  brought.cut ||= data.cut
}

/** A record is not parted from its photos, which follow it. What is no pack goes as it is: the server says why it is none. */
async function* pieces(pack) {
  if ((await pack.slice(0, MAGIC.length).text()) !== MAGIC) {
    yield { piece: pack.slice(0, MAGIC.length), end: pack.size }
    return
  }
  let start = MAGIC.length
  let at = start
  const piece = (end) => ({ piece: new Blob([MAGIC, pack.slice(start, end)]), end })
  for (let thing = await readSealed(pack.slice(at)); thing; thing = await readSealed(pack.slice(at))) {
    if (thing.header.kind === 'op' && at - start > PIECE_BYTES) {
      yield piece(at)
      start = at
    }
    at += thing.size
  }
  yield piece(pack.size)
}

/**
 * Everything unsent of this phone, without its token. Receipts count as those of the ordinary way; with the database
 * broken or locked there is nowhere to write them, and sending the same again later doubles nothing.
 * @returns {Promise<Brought>}
 */
export async function sendSealed(report) {
  const { blob, records } = await rescuePack()
  if (!records) return nothing()
  const brought = await bringPack(blob, report)
  if (db.isOpen() && heldKey()) await settle(brought)
  return brought
}

/** From a page: the engine may be sending the same records at this moment. */
export const sendSealedInTurn = (report) => inTurn(() => sendSealed(report))

async function settle({ ops, photos }) {
  const rows = await opsById(ops.map(({ id }) => id))
  const received_at = new Date().toISOString()
  await settleOps(ops.filter((answer) => rows.has(answer.id) && hasReceived(answer, rows.get(answer.id)))
    .map(({ id, receipt, rev, problem }) => ({ id, status: 'uploaded', receipt, rev, received_at, problem })))
  for (const { sha256, receipt } of photos) {
    const held = await photoState(sha256)
    if (held && provesPhoto(receipt, held)) await settlePhoto(sha256, { status: 'uploaded', receipt, problem: null })
  }
  await dropCopies(ops.filter(({ id, receipt }) => receipt && !rows.has(id)).map(({ id }) => `op-${id}`))
}
