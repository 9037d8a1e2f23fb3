import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fit, squeeze } from '../../../webapp/static/js/geo/photo-squeeze.js'

const CAMERA = { width: 3000, height: 4000 }
/** A picture whose bytes grow with its pixels and its quality. */
const weighing = (bytesPerPixel) => (size, quality) => ({ size: Math.round(size.width * size.height * quality * bytesPerPixel) })
const squeezed = (size, bytesPerPixel) => squeeze(size, (target) => target, weighing(bytesPerPixel))

test('a camera picture is 1600 px long and keeps its shape', () => {
  assert.deepEqual(fit(CAMERA, 1600), { width: 1200, height: 1600 })
  assert.deepEqual(fit({ width: 4000, height: 3000 }, 1600), { width: 1600, height: 1200 })
})

test('a small picture is not blown up', () => {
  assert.deepEqual(fit({ width: 640, height: 480 }, 1600), { width: 640, height: 480 })
})

test('an easy picture keeps its quality and a busy one loses it before its size', async () => {
  const [easy, busy, wild] = [await squeezed(CAMERA, 0.1), await squeezed(CAMERA, 0.2), await squeezed(CAMERA, 0.5)]

  assert.deepEqual([easy.width, busy.width], [1200, 1200])
  assert.ok(easy.blob.size < busy.blob.size && busy.blob.size <= 200_000)
  assert.ok(wild.width < 1200 && wild.blob.size <= 200_000)
})

test('what cannot fit is not tried, and what is kept is the first that fits all the same', async () => {
  for (let bytesPerPixel = 0.05; bytesPerPixel < 1.5; bytesPerPixel += 0.05) {
    const tries = []
    const encode = async (size, quality) => {
      const blob = weighing(bytesPerPixel)(size, quality)
      tries.push([size.width, quality, blob.size])
      return blob
    }
    const kept = await squeeze(CAMERA, (target) => target, encode)
    const ladder = [1200, 960, 768, 600].flatMap((width) => [0.75, 0.6, 0.45].map((quality) => ({ width, height: (width / 3) * 4, quality })))
    const first = ladder.find((size) => weighing(bytesPerPixel)(size, size.quality).size <= 200_000) ?? ladder.at(-1)

    assert.ok(tries.length <= 4, `${tries}`)
    assert.deepEqual([kept.width, tries.at(-1)[1]], [first.width, first.quality])
  }
})
