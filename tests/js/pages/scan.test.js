import assert from 'node:assert/strict'
import test from 'node:test'

import { byNumber } from '../../../webapp/static/js/pages/field/scan/by-number.js'
import { openCamera, whyNoCamera } from '../../../webapp/static/js/pages/field/scan/camera.js'
import { squareReader } from '../../../webapp/static/js/pages/field/scan/square-reader.js'

const detector = (formats, detect) => ({ BarcodeDetector: class {
  static getSupportedFormats = async () => formats
  detect = detect
} })

test("the browser's own reader is asked where it has one", async () => {
  const read = await squareReader(detector(['ean_13', 'qr_code'], async () => [{ rawValue: 'HETU1:' }]))
  assert.equal(await read({}), 'HETU1:')
  const empty = await squareReader(detector(['qr_code'], async () => []))
  assert.equal(await empty({}), null)
})

test("a browser's reader that fails or knows no squares leaves it to ours, for good", async (context) => {
  let asked = 0
  context.after(() => { delete globalThis.document })
  const failing = detector(['qr_code'], async () => { asked += 1; throw new Error('no services') })
  const pen = { drawImage() {}, getImageData: () => ({ width: 8, height: 8, data: new Uint8ClampedArray(256) }) }
  globalThis.document = { createElement: () => ({ getContext: () => pen }) }
  const read = await squareReader(failing)
  const video = { videoWidth: 640, videoHeight: 480 }
  assert.deepEqual([await read(video), await read(video), asked], [null, null, 1])
  assert.equal(await (await squareReader(detector([], null)))(video), null)
})

test('why there is no picture is told apart', () => {
  const why = (name) => whyNoCamera(Object.assign(new Error(), { name }))
  assert.deepEqual(['NotAllowedError', 'NotReadableError', 'NotFoundError'].map(why), ['denied', 'busy', 'absent'])
  assert.equal(whyNoCamera(new TypeError()), 'absent') // no mediaDevices: not a secure page
})

test('the light is offered only where the camera has one, and closing ends every track', async () => {
  const done = []
  const track = { getCapabilities: () => ({ torch: true }), applyConstraints: async (wish) => done.push(wish), stop: () => done.push('stopped') }
  const devices = { getUserMedia: async ({ video }) => ({ facing: video.facingMode, getVideoTracks: () => [track], getTracks: () => [track] }) }
  const video = { play: async () => {} }
  const camera = await openCamera(video, devices)
  await camera.light(true)
  camera.close()
  assert.deepEqual([video.srcObject.facing, camera.hasTorch, done], ['environment', true, [{ advanced: [{ torch: true }] }, 'stopped']])
  delete track.getCapabilities
  assert.equal((await openCamera(video, devices)).hasTorch, false)
})

test('a number is known by its end, and the whole one goes first', () => {
  const rows = ['H0012', '12', 'H0112', 'h0300'].map((number) => ({ number }))
  const found = (typed) => byNumber(rows, typed).map(({ number }) => number)
  assert.deepEqual(found('12'), ['12'])
  assert.deepEqual(found(' 012 '), ['H0012'])
  assert.deepEqual(found('112'), ['H0112'])
  assert.deepEqual(found('H0300'), ['h0300'])
  assert.deepEqual([found(''), found('9')], [[], []])
})
