/**
 * Fields of a row as bytes and back: JSON, with buffers behind it as they are, for a photo in base64 would be a third larger.
 * Layout: u32 length of the JSON, the JSON `[plain, buffers, maps]`, the buffers in their order.
 */
const text = new TextEncoder()
const PLAIN = [Object.prototype, Array.prototype, null]

/** @param {Record<string, unknown>} fields what JSON can say, or an ArrayBuffer or Map of such @returns {Uint8Array} */
export function toBytes(fields) {
  const [plain, buffers, maps] = [{}, {}, {}]
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof ArrayBuffer) buffers[name] = value
    else if (value instanceof Map) maps[name] = [...value]
    else if (isPlain(value)) plain[name] = value
    else throw new TypeError(`${name} cannot be sealed`)
  }
  return joined(text.encode(JSON.stringify([plain, sizes(buffers), maps])), Object.values(buffers))
}

const isPlain = (value) => typeof value !== 'object' || value === null || PLAIN.includes(Object.getPrototypeOf(value))

const sizes = (buffers) => Object.fromEntries(Object.entries(buffers).map(([name, buffer]) => [name, buffer.byteLength]))

function joined(head, buffers) {
  const whole = new Uint8Array(buffers.reduce((size, buffer) => size + buffer.byteLength, 4 + head.length))
  new DataView(whole.buffer).setUint32(0, head.length)
  whole.set(head, 4)
  let at = 4 + head.length
  for (const buffer of buffers) {
    whole.set(new Uint8Array(buffer), at)
    at += buffer.byteLength
  }
  return whole
}

/** @param {Uint8Array} bytes @returns {Record<string, unknown>} */
export function fromBytes(bytes) {
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const [fields, sizes, maps] = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)))
  for (const [name, size] of Object.entries(sizes)) fields[name] = bytes.slice(at, at += size).buffer
  for (const [name, entries] of Object.entries(maps)) fields[name] = new Map(entries)
  return fields
}
