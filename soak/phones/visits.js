import { readFile } from 'node:fs/promises'
import { keepCapture } from '../../webapp/static/js/store/captures.js'
import { uuidv7 } from '../../webapp/static/js/store/ids.js'
import { keepPhoto } from '../../webapp/static/js/store/photos.js'
import { household } from '../../webapp/static/js/store/worklist.js'
import { estimate } from '../../webapp/static/js/geo/estimate.js'
import { Dice } from './dice.js'

/**
 * What a cadre can do at a door, by the kind of operation it makes. Each one prepares what it needs, says by `intend`
 * what it is about to keep and under which id, keeps it with the phone's own code, and answers whether 已保存 was shown.
 * @typedef {{no: number, kind: string, door: {id: string, lon: number, lat: number}, subject: string,
 *   pictures: {file: string, mark: string}[], exception: string|null, note: string}} Visit
 * @type {Record<string, (visit: Visit, intend: (record: object) => void) => Promise<boolean>>}
 */
export const WORK = { 'capture.add': captureAdd }

async function captureAdd(visit, intend) {
  const { door, subject, exception, note } = visit
  const draftKey = `${subject}:${door.id}`
  const photos = []
  for (const [index, picture] of visit.pictures.entries()) {
    const kept = await keepPhoto(taken(await marked(picture), index, draftKey))
    if (!kept.ok) return false
    photos.push(kept)
  }
  const fixes = exception ? [] : readings(door, visit.no)
  const found = exception ? null : estimate(fixes)
  const knew = subject === 'household' ? await household(door.id) : null
  const id = uuidv7(new Date())
  intend({
    id, kind: 'capture.add', visit: visit.no, door: door.id, subject, note, exception, lon: found?.lon ?? null, lat: found?.lat ?? null,
    photos: photos.map(({ sha256 }) => sha256), knew: knew?.current_capture_id ?? null,
  })
  const kept = await keepCapture({
    subject, entityId: door.id, title: `第${visit.no}次`, estimate: found, fixes, source: 'gps', exception, note, photos,
    supersedes: knew?.current_capture_id ?? null, baseRev: knew?.rev ?? null, draftKey,
  }, { id })
  return kept.ok
}

function taken(bytes, index, captureDraftKey) {
  return {
    blob: new Blob([bytes], { type: 'image/jpeg' }), kind: index ? 'house' : 'door', width: 320, height: 240,
    taken_at: new Date().toISOString(), captureDraftKey,
  }
}

/** No two doors look alike: a comment behind the first marker makes it a picture of its own. */
async function marked({ file, mark }) {
  const [picture, comment] = [await readFile(file), Buffer.from(mark)]
  const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2])
  return Buffer.concat([picture.subarray(0, 2), head, comment, picture.subarray(2)])
}

/** A quarter of a minute under open sky. */
function readings({ lon, lat }, seed) {
  const dice = new Dice(seed)
  const off = () => (dice.next() + dice.next() - 1) * 4e-5
  return Array.from({ length: 12 }, (_, index) => [index * 1300, round(lon + off(), 1e7), round(lat + off(), 1e7), round(4 + 5 * dice.next(), 10)])
}

const round = (value, scale) => Math.round(value * scale) / scale
