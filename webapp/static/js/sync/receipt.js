const OP_RECEIPT = /^ht1\.([0-9a-f-]{36})\.([0-9a-f]{64})\.(\d+)\.(\S+)$/
const HELD = ['accepted', 'duplicate', 'conflict']
const BLOB_RECEIPT = /^hb1\.([0-9a-f]{64})\.(\d+)\.(\d+)\.(\S+)$/

/**
 * 已上传 is said only on this: the text parses and names the very operation that was sent.
 * @param {string|null} receipt
 * @param {{id: string, payload_sha256: string}} op
 */
export function provesOp(receipt, op) {
  const [, id, hash] = OP_RECEIPT.exec(receipt ?? '') ?? []
  return id === op.id && hash === op.payload_sha256
}

/**
 * The server has it, whatever it thinks of it: what it is in doubt about lies on a desk there, and losing the phone loses nothing.
 * @param {{verdict: string, receipt: string|null}} answer @param {{id: string, payload_sha256: string}} op
 */
export const hasReceived = ({ verdict, receipt }, op) => HELD.includes(verdict) && provesOp(receipt, op)

/** @param {string|null} receipt @param {{sha256: string, size: number}} photo */
export function provesPhoto(receipt, photo) {
  const [, hash, bytes] = BLOB_RECEIPT.exec(receipt ?? '') ?? []
  return hash === photo.sha256 && Number(bytes) === photo.size
}
