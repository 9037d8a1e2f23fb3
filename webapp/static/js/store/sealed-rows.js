import { gcm } from '@noble/ciphers/aes.js'
import { fromBytes, toBytes } from './codec.js'
import { neededKey } from './data-key.js'
import { recall, remember } from './recently-opened.js'

/**
 * Between Dexie and the disk: of every row only its key and its indexed fields lie there as they are, the rest as AES-256-GCM
 * under the vault's data key, bound to table and key. Synchronous, for a transaction ends while WebCrypto works (ADR 0012).
 */
const NONCE_BYTES = 12
const text = new TextEncoder()

/** Read while the vault is locked, or not text at all: none of it says anything about a household or opens a door. */
const CLEAR_META = new Set([
  'vault', 'vault_tries', 'vault_policy', 'device_key', 'next_key', 'numbers', 'cursor', 'last_sync_at', 'wiped', 'journal_leaves', 'summary_stamp',
])

export const sealedRows = {
  stack: 'dbcore', name: 'sealed-rows', level: -2, // below Dexie's own: they must see rows, not seals
  create: (core) => ({ ...core, table: (name) => sealedTable(core.table(name)) }),
}

function sealedTable(table) {
  const rows = sealerOf(table)
  return {
    ...table,
    mutate: (request) => table.mutate(request.values ? { ...request, values: request.values.map(rows.seal) } : request),
    get: (request) => table.get(request).then(rows.open),
    getMany: (request) => table.getMany(request).then((found) => found.map(rows.open)),
    query: (request) => table.query(request).then((answer) => (request.values ? { ...answer, result: answer.result.map(rows.open) } : answer)),
    openCursor: (request) => table.openCursor(request).then((cursor) => (cursor && request.values ? openingCursor(cursor, rows.open) : cursor)),
  }
}

function sealerOf({ name, schema }) {
  const keyPath = schema.primaryKey.keyPath
  const clear = [keyPath, ...schema.indexes.map((index) => index.keyPath)]
  const boundTo = (row) => `${name}|${row[keyPath]}`

  function seal(row) {
    if (name === 'meta' && CLEAR_META.has(row.key)) return row
    const fields = Object.entries(row)
    const hidden = Object.fromEntries(fields.filter(([field]) => !clear.includes(field)))
    const shown = Object.fromEntries(fields.filter(([field]) => clear.includes(field)))
    const [key, bytes] = [neededKey(), toBytes(hidden)]
    const sealed = sealBytes(key, bytes, text.encode(boundTo(row)))
    remember(key, boundTo(row), sealed, bytes)
    return { ...shown, sealed }
  }

  function open(row) {
    if (!row?.sealed) return row // written before there was a vault
    const { sealed, ...shown } = row
    return { ...shown, ...fromBytes(plain(sealed, boundTo(row))) }
  }
  return { seal, open }
}

function plain(sealed, bound) {
  const key = neededKey()
  const known = recall(key, bound, sealed)
  if (known) return known
  const bytes = openBytes(key, sealed, text.encode(bound))
  remember(key, bound, sealed, bytes)
  return bytes
}

/** @param {Uint8Array} key @param {Uint8Array} bytes @param {Uint8Array} bound @returns {Uint8Array} nonce and ciphertext */
export function sealBytes(key, bytes, bound) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = gcm(key, nonce, bound).encrypt(bytes)
  const whole = new Uint8Array(NONCE_BYTES + sealed.length)
  whole.set(nonce)
  whole.set(sealed, NONCE_BYTES)
  return whole
}

/** Throws when it was sealed with another key, in another place, or is damaged. */
export function openBytes(key, sealed, bound) {
  return gcm(key, sealed.subarray(0, NONCE_BYTES), bound).decrypt(sealed.subarray(NONCE_BYTES))
}

const PIECES = 16
/** A stretch of a list; rows, of which the first fifty would cost a millisecond each. */
const PIECE_BYTES = [16 * 1024, 1500, 1500, 1500, 1500, 500, 500, 500, 500]

/**
 * While a person enters the secret the browser gets to know this code, a little at a time: met for the first time, it is
 * three to thirty times as slow.
 */
export function warmUp(pieces = PIECES) {
  const [key, bound] = [new Uint8Array(32), new Uint8Array(0)]
  for (const bytes of PIECE_BYTES) openBytes(key, sealBytes(key, new Uint8Array(bytes), bound), bound)
  if (pieces > 1) setTimeout(() => warmUp(pieces - 1))
}

/** Dexie asks for a value more than once while it stands on a row. */
function openingCursor(cursor, open) {
  let raw
  let opened
  function value() {
    if (cursor.value !== raw) [raw, opened] = [cursor.value, open(cursor.value)]
    return opened
  }
  return Object.create(cursor, {
    continue: { value: (key) => cursor.continue(key) },
    continuePrimaryKey: { value: (key, primaryKey) => cursor.continuePrimaryKey(key, primaryKey) },
    key: { get: () => cursor.key },
    primaryKey: { get: () => cursor.primaryKey },
    value: { get: value },
  })
}
