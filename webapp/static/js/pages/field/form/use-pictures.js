import { showImagePreview } from 'vant'
import { reactive } from 'vue'

import { prepareToShrink, shrinkPhoto } from '../../../geo/photo.js'
import { dropPhoto, keepPhoto } from '../../../store/photos.js'
import { anyPhotoUrl } from '../../../sync/photos.js'

const hashOf = (name) => name.split('.')[0]

/**
 * Pictures of a form: made small and kept as those of a capture. An answer names one by its hash.
 * @param {string} key of the draft @param {() => object[]} photos those of the draft @param {() => Promise<unknown>} write the draft now
 */
export function usePictures(key, photos, write, preferences) {
  const state = reactive({ busy: false, trouble: null, before: write, add, drop, url: (name) => anyPhotoUrl(hashOf(name)), open })
  prepareToShrink()

  async function add(file, kind) {
    state.busy = true
    const { photo, trouble = null } = await keepSmall(file, kind)
    if (photo && !photos().some(({ sha256 }) => sha256 === photo.sha256)) photos().push(photo)
    Object.assign(state, { busy: false, trouble })
    return photo?.name ?? null
  }
  async function keepSmall(file, kind) {
    const small = await shrinkPhoto(file, { lean: preferences.leanPhotos }).catch(() => null)
    if (!small) return { trouble: 'unreadable' }
    const { ok, ...photo } = await keepPhoto({ ...small, kind, taken_at: new Date(file.lastModified ?? Date.now()).toISOString(), captureDraftKey: key })
    return ok ? { photo: { ...photo, name: `${photo.sha256}.jpg` } } : { trouble: 'quota' }
  }
  async function drop(name) {
    const index = photos().findIndex((photo) => photo.name === name)
    if (index >= 0) photos().splice(index, 1)
    await write()
    await dropPhoto(hashOf(name), key)
  }
  const show = (url) => showImagePreview({ images: [url], closeable: true, showIndex: false })
  function open(url) {
    show(url)
  }
  return state
}
