import { ref } from 'vue'

import { shrinkPhoto } from '../../../geo/photo.js'
import { dropPhoto, keepPhoto } from '../../../store/photos.js'

export const MOST_PHOTOS = 12

/**
 * Photos of a draft. The draft is written before the camera opens, since many phones kill the page
 * behind the camera, and again with the photo in it.
 * @param {{key: string, draft: object, keep: () => Promise<unknown>}} store
 * @param {() => object|null} lastReading where the phone is at this moment
 */
export function usePhotos({ key, draft, keep }, lastReading) {
  const working = ref(false)
  const problem = ref(null) // 'quota' | 'unreadable'

  async function add(file, kind) {
    working.value = true
    problem.value = await attempt(file, kind)
    working.value = false
  }
  async function attempt(file, kind) {
    const moment = { kind, taken_at: new Date(file.lastModified).toISOString(), ...positionOf(lastReading()) }
    const small = await shrinkPhoto(file).catch(() => null)
    if (!small) return 'unreadable'
    const { ok, ...photo } = await keepPhoto({ ...small, ...moment, captureDraftKey: key })
    if (!ok) return 'quota'
    if (!draft.photos.some(({ sha256 }) => sha256 === photo.sha256)) draft.photos.push(photo)
    await keep()
    return null
  }
  async function remove(photo) {
    draft.photos = draft.photos.filter(({ sha256 }) => sha256 !== photo.sha256)
    await keep()
    await dropPhoto(photo.sha256, key)
  }
  return { working, problem, add, remove }
}

function positionOf(reading) {
  return reading && { lon: reading.lon, lat: reading.lat, accuracy_m: reading.accuracy_m }
}
