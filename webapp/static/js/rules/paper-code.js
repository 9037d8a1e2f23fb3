const PRINTED = /^HETU1:([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}):([0-9A-F]{4})$/
const ENROL = /\/app\/enrol#/

/**
 * What the square on a sheet of paper says: domain/paper_code.py of the server writes it.
 * @param {string} text @returns {{kind: 'household', id: string}|{kind: 'damaged'|'enrol'|'foreign'}}
 */
export function readPaperCode(text) {
  const [whole, id, check] = PRINTED.exec(text) ?? []
  if (whole && check16(whole.slice(0, -5)) === check) return { kind: 'household', id: id.toLowerCase() }
  if (text.startsWith('HETU1:')) return { kind: 'damaged' }
  return { kind: ENROL.test(text) ? 'enrol' : 'foreign' }
}

/** CRC-16/CCITT, as the server's library has it. */
function check16(text) {
  let crc = 0xffff
  for (const letter of text) {
    crc ^= letter.charCodeAt(0) << 8
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc.toString(16).toUpperCase().padStart(4, '0')
}
