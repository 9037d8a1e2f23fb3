import { createDecipheriv, createECDH, createHash, createHmac, hkdfSync } from 'node:crypto'

const curve = createECDH('prime256v1')
const words = (bytes) => Buffer.from(bytes).toString('base64url')

/** The server's side of docs/protocol.md §6, written down a second time: it opens what the phone's script sealed. */
export class Safe {
  own = curve.generateKeys()
  #secret = curve.getPrivateKey()

  given(deviceId) {
    return { key_id: createHash('sha256').update(this.own).digest('hex').slice(0, 16), public_key: words(this.own), secret: this.secretOf(deviceId) }
  }

  secretOf(deviceId) {
    return words(createHmac('sha256', this.#secret).update(deviceId).digest())
  }

  /** @param {Buffer} pack @returns {{ops: object[], photos: [string, Buffer][], headers: object[], unreadable: number}} */
  open(pack) {
    const found = { ops: [], photos: [], headers: [], unreadable: 0 }
    for (const { header, body } of things(pack)) {
      try {
        const bytes = this.unseal(header, body)
        found.headers.push(header)
        if (header.kind === 'photo') found.photos.push([header.id, bytes])
        else found.ops.push(this.proven(JSON.parse(bytes)))
      } catch {
        found.unreadable += 1
      }
    }
    return found
  }

  proven(row) {
    if (row.secret !== this.secretOf(row.device_id)) throw new Error('not of that phone')
    return row
  }

  unseal({ kind, id, server: { epk, key } }, body) {
    const bound = Buffer.from(`${kind}|${id}`)
    const theirs = Buffer.from(epk, 'base64url')
    const own = createECDH('prime256v1')
    own.setPrivateKey(this.#secret)
    const wrapping = hkdfSync('sha256', own.computeSecret(theirs), Buffer.concat([theirs, this.own]), 'hetu rescue 1', 32)
    return open(open(Buffer.from(wrapping), Buffer.from(key, 'base64url'), bound), body, bound)
  }
}

function open(key, sealed, bound) {
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(bound)
  cipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()])
}

function* things(pack) {
  for (let at = 12; at < pack.length;) {
    const head = pack.readUInt32BE(at)
    const size = pack.readUInt32BE(at + 4 + head)
    const from = at + 8 + head
    yield { header: JSON.parse(pack.subarray(at + 4, at + 4 + head)), body: pack.subarray(from, from + size) }
    at = from + size
  }
}
