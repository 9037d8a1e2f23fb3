/** A lazy chunk of its own: 11 KB that only unlocking needs. */
export { argon2id } from 'hash-wasm'
