import { reactive } from 'vue'

/** Whether the browser promised not to clear our records, and how full its store is. */
export function openDurableStorage(manager = navigator.storage) {
  const storage = reactive({ persisted: null, usage: null, quota: null, ask, refresh })

  async function refresh() {
    if (!manager?.estimate) return
    const { usage, quota } = await manager.estimate()
    Object.assign(storage, { usage, quota, persisted: (await manager.persisted?.()) ?? null })
  }
  /** Asked after the first save: browsers grant it more readily to an app that is being used. */
  async function ask() {
    if (storage.persisted || !manager?.persist) return
    storage.persisted = await manager.persist()
  }
  return storage
}
