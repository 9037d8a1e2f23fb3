import { showImagePreview } from 'vant'
import { reactive } from 'vue'

/** Pictures of a form on trial: made nothing of, and gone with the page. */
export function picturesInMemory() {
  const urls = new Map()
  const add = async (file) => {
    const name = `${crypto.randomUUID()}.jpg`
    urls.set(name, URL.createObjectURL(file))
    return name
  }
  const drop = async (name) => {
    URL.revokeObjectURL(urls.get(name))
    urls.delete(name)
  }
  const open = (url) => showImagePreview({ images: [url], closeable: true, showIndex: false })
  return reactive({ busy: false, trouble: null, before: async () => {}, add, drop, url: async (name) => urls.get(name) ?? null, open })
}
