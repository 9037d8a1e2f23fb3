import { held, isStale } from './copies.js'
import { db } from './db.js'
import { listCopies, sealable, serverKey } from './journal.js'
import { seal } from './seal.js'

export const MAGIC = 'HETURESCUE1\n'

/**
 * Everything only this phone has, sealed to the server, as one file. Copies lie on the disk and stay there while the file
 * is put together, so its size does not matter. With the database broken, everything in the journal goes along.
 * @typedef {{blob: Blob, records: number, photos: number, damaged: number, left: number}} Pack
 *   damaged: copies that are not whole; left: what cannot be sealed before the phone has been online once
 * @returns {Promise<Pack>}
 */
export async function rescuePack() {
  const copies = (await listCopies()) ?? []
  const known = db.isOpen() ? await held() : null
  const pack = { records: new Map(), photos: new Map(), damaged: 0, left: 0 }
  for (const copy of copies) takeCopy(pack, copy, known)
  if (known) await sealMissing(pack, known)
  return bound(pack)
}

function takeCopy(pack, { name, file, header }, known) {
  if (name.startsWith('session-')) return
  if (!header) pack.damaged += 1
  else if (header.server && goesAlong(header, known)) put(pack, header, file)
}

/** What the server has not got; also what this database knows nothing of. */
function goesAlong(header, known) {
  if (!known) return true
  const { ops, photos, unsent, session } = known
  if (header.kind === 'photo') return unsent.photos.has(header.id) || !photos.has(header.id)
  return !ops.has(header.id) || (unsent.ops.has(header.id) && !isStale({ header }, ops.get(header.id), session))
}

function put({ records, photos }, { kind, id, device_seq, photos: hashes }, file) {
  if (kind === 'photo') photos.set(id, file)
  else records.set(id, { device_seq, hashes, file })
}

async function sealMissing(pack, { session, ops, unsent }) {
  for (const op of [...unsent.ops].map((id) => ops.get(id)).filter(({ id }) => !pack.records.has(id))) {
    const { plain, bytes, server } = sealable(op, session?.rescue)
    if (server) put(pack, plain, await seal(plain, bytes, { server }))
    else pack.left += 1
  }
  const server = serverKey(session?.rescue, session?.deviceId)
  for (const hash of [...unsent.photos].filter((sha) => server && !pack.photos.has(sha))) {
    const blob = await db.blobs.get(hash)
    if (blob) pack.photos.set(hash, await seal({ kind: 'photo', id: hash }, blob.bytes, { server }))
  }
}

/** Oldest first, each record with its photos right behind it; photos nobody names stay here. */
function bound({ records, photos, damaged, left }) {
  const parts = [MAGIC]
  const placed = new Set()
  for (const { file, hashes } of [...records.values()].sort((a, b) => a.device_seq - b.device_seq)) {
    const own = hashes.filter((hash) => photos.has(hash) && !placed.has(hash))
    own.forEach((hash) => placed.add(hash))
    parts.push(file, ...own.map((hash) => photos.get(hash)))
  }
  return { blob: new Blob(parts, { type: 'application/octet-stream' }), records: records.size, photos: placed.size, damaged, left }
}
