import { ref } from 'vue'

import { prepareToShrink, shrinkPhoto } from '../../../geo/photo.js'
import { dropPhoto, keepPhoto } from '../../../store/photos.js'

export const MOST_PHOTOS = 12

/**
 * Photos of a draft. The draft is written before the camera opens, since many phones kill the page
 * behind the camera, and again with the photo in it.
 * @param {{key: string, draft: object, keep: () => Promise<unknown>}} store
 * @param {() => object|null} lastReading where the phone is at this moment
 * @param {{leanPhotos: boolean}} preferences
 */
export function usePhotos({ key, draft, keep }, lastReading, preferences) {
  const working = ref(false)
  const problem = ref(null) // 'quota' | 'unreadable'
  let left = null // the picture a full phone could not keep, with the moment it was taken
  prepareToShrink()

  const add = (file, kind) => take({ file, moment: momentOf(file, kind, lastReading()) })
  async function take(picture) {
    left = picture
    working.value = true
    const { photo, trouble = null } = await keepSmall(picture, preferences.leanPhotos, key)
    if (photo && !draft.photos.some(({ sha256 }) => sha256 === photo.sha256)) draft.photos.push(photo)
    if (photo) await keep()
    problem.value = trouble
    working.value = false
  }
  async function remove(photo) {
    draft.photos = draft.photos.filter(({ sha256 }) => sha256 !== photo.sha256)
    await keep()
    await dropPhoto(photo.sha256, key)
  }
  return { working, problem, add, again: () => take(left), remove }
}

async function keepSmall({ file, moment }, lean, key) {
  const small = await shrinkPhoto(file, { lean }).catch(() => null)
  if (!small) return { trouble: 'unreadable' }
  const { ok, ...photo } = await keepPhoto({ ...small, ...moment, captureDraftKey: key })
  return ok ? { photo } : { trouble: 'quota' }
}

/** When and where the picture was taken, as far as the phone knows. */
function momentOf(file, kind, reading) {
  const at = reading && { lon: reading.lon, lat: reading.lat, accuracy_m: reading.accuracy_m }
  return { kind, taken_at: new Date(file.lastModified).toISOString(), ...at }
}
