import { TASKS } from '../../../webapp/static/js/store/journal-tasks.js'

/** A browser's private file system in memory, as far as the journal uses it, and the worker that writes there. */
class FakeFiles {
  files = new Map()
  /** What goes wrong with the next writing: `full`, `half` (the page dies in the middle), or nothing. */
  fault = null
  isSilent = false

  /** A phone that has never kept a journal. */
  async reset() {
    Object.assign(this, { fault: null, isSilent: false })
    await TASKS.clear()
  }

  install() {
    globalThis.navigator ??= {} // Node 20 has none
    globalThis.navigator.storage = { getDirectory: async () => ({ getDirectoryHandle: async () => this.folder() }) }
    globalThis.FileSystemFileHandle = class { createSyncAccessHandle() {} }
    const phone = this
    globalThis.Worker = class {
      async postMessage(data) {
        const { job, task, given } = structuredClone(data)
        if (phone.isSilent) return
        const said = await TASKS[task](given).then((answer) => ({ job, answer }), (error) => ({ job, trouble: error.name }))
        this.onmessage({ data: said })
      }
    }
    return this
  }

  names(kind) {
    return [...this.files.keys()].filter((name) => name.startsWith(kind)).sort()
  }

  folder() {
    const { files } = this
    return {
      getFileHandle: async (name, { create = false } = {}) => {
        if (!files.has(name) && !create) throw new DOMException('not there', 'NotFoundError')
        if (!files.has(name)) files.set(name, new Uint8Array(0))
        return this.handle(name)
      },
      removeEntry: async (name) => { if (!files.delete(name)) throw new DOMException('not there', 'NotFoundError') },
      keys: () => [...files.keys()],
    }
  }

  handle(name) {
    return {
      getFile: async () => new File([this.files.get(name)], name),
      createSyncAccessHandle: async () => this.access(name),
    }
  }

  access(name) {
    const { files } = this
    return {
      getSize: () => files.get(name).length,
      read: (into, { at }) => into.set(files.get(name).subarray(at, at + into.length)),
      truncate: (size) => files.set(name, files.get(name).slice(0, size)),
      write: (bytes) => {
        const room = this.fault === 'full' ? 0 : this.fault === 'half' ? bytes.length >> 1 : bytes.length
        files.set(name, bytes.slice(0, room))
        if (this.fault === 'half') throw new Error('the page is gone')
        return room
      },
      flush: () => {}, close: () => {},
    }
  }
}

/** From the import on, this phone has a journal. */
export const phoneFiles = new FakeFiles().install()
