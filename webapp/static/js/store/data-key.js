import Dexie from 'dexie'

/** The key every row is sealed with: 256 random bits, in this page's memory and, wrapped, in the vault's record. */
const KEY_BYTES = 32
let key = null

/** There is nobody here who may read this row, or seal one. */
export class VaultLocked extends Error {
  name = 'VaultLocked'
}

/** @returns {Uint8Array|null} null while locked */
export const heldKey = () => key

/** @returns {Uint8Array} */
export function neededKey() {
  if (!key) throw new VaultLocked('the vault is locked')
  return key
}

/** @param {Uint8Array|null} found */
export function holdKey(found) {
  key = found
}

const random = () => crypto.getRandomValues(new Uint8Array(KEY_BYTES))

/** For somebody who has just signed in on an empty phone. */
export function ensureKey() {
  key ??= random()
}

/** Inside the wiping transaction: whoever comes next has a key of their own. */
export function renewKey() {
  const before = key
  Dexie.currentTransaction?.on('abort', () => holdKey(before))
  key = random()
}
