import { reactive } from 'vue'

/** The only place where page meets worker. An update is offered; the person decides when. */
export function openBridge(container = navigator.serviceWorker) {
  const bridge = reactive({ supported: Boolean(container), opensOffline: false, updateReady: false, applyUpdate })
  let waiting = null
  container?.ready.then(() => { bridge.opensOffline = true })
  if (container) listen(container, (worker) => {
    waiting = worker
    bridge.updateReady = true
  })

  function applyUpdate() {
    container.addEventListener('controllerchange', () => location.reload(), { once: true })
    waiting.postMessage({ type: 'SKIP_WAITING' })
  }
  return bridge
}

async function listen(container, offer) {
  const registration = await container.register('/service-worker.js').catch(() => null)
  if (!registration) return // no worker (private window, old browser): the app still works while online
  if (registration.waiting && container.controller) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker.addEventListener('statechange', () => {
      // without a controller this is the first install, not an update
      if (worker.state === 'installed' && container.controller) offer(worker)
    })
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') registration.update().catch(() => null)
  })
}
