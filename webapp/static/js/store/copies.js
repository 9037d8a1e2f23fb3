import { db } from './db.js'
import { readMeta } from './meta.js'
import { serverKey } from './journal.js'

const RETENTION_MS = 3 * 86_400_000
const ONLY_HERE = ['queued', 'sending', 'attention']
const PHOTO_ONLY_HERE = ['draft', 'queued', 'attention']

/**
 * What the database says about the journal: whose copy is wanted, and who has none that will do.
 * @typedef {{session: object|null, ops: Map<string, object>, photos: Map<string, object>,
 *   unsent: {ops: Set<string>, photos: Set<string>}, wanted: Set<string>}} Held wanted: names of copies
 */

/** @returns {Promise<Held>} */
export async function held(now = new Date()) {
  const [session, opRows, photoRows] = await Promise.all([readMeta('session'), db.outbox.toArray(), db.photos.toArray()])
  const ops = new Map(opRows.map((op) => [op.id, op]))
  const photos = new Map(photoRows.map((photo) => [photo.sha256, photo]))
  const waiting = new Set(photoRows.filter(({ status }) => ONLY_HERE.includes(status)).map(({ sha256 }) => sha256))
  const open = opRows.filter((op) => ONLY_HERE.includes(op.status) || (op.status === 'uploaded' && op.photos.some((hash) => waiting.has(hash))))
  const before = new Date(now - RETENTION_MS).toISOString()
  const recent = opRows.filter((op) => op.status === 'uploaded' && op.received_at >= before)
  return {
    session: session ?? null, ops, photos, unsent: { ops: new Set(open.map((op) => op.id)), photos: waiting },
    wanted: new Set([...new Set([...open, ...recent])].flatMap(namesOf).concat(draftNames(photoRows))),
  }
}

const namesOf = ({ id, photos }) => [`op-${id}`, ...photos.map((hash) => `photo-${hash}`)]
const draftNames = (rows) => rows.filter(({ status }) => PHOTO_ONLY_HERE.includes(status)).map(({ sha256 }) => `photo-${sha256}`)

/** Is this copy of no use for what the row says now: not whole, of an earlier identity, or not for the server's eyes yet? */
export function isStale(copy, op, session) {
  if (!copy?.header) return true
  const { device_id, device_seq, payload_sha256, server } = copy.header
  const moved = op && (device_id !== op.device_id || device_seq !== op.device_seq || payload_sha256 !== op.payload_sha256)
  return moved || (!server && Boolean(serverKey(session?.rescue, session?.deviceId)))
}
