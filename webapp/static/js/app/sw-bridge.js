import { reactive } from 'vue'

const AGAIN_MS = 10_000

/** The only place where page meets worker. An update is offered; the person decides when. */
export function openBridge(container = navigator.serviceWorker) {
  const bridge = reactive({ supported: Boolean(container), opensOffline: false, updateReady: false, applyUpdate, seekUpdate })
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
  /** The server asks for a newer app: take the one that waits, else let the browser look for it. */
  async function seekUpdate() {
    if (waiting) return applyUpdate()
    await container?.getRegistration().then((registration) => registration?.update()).catch(() => null)
    if (!waiting) location.reload()
  }
  return bridge
}

/** A network that breaks off in the first install would leave a phone that cannot open offline, so it is tried again. */
function installAgain(worker, container, offer) {
  worker.addEventListener('statechange', () => {
    if (worker.state === 'redundant') setTimeout(() => listen(container, offer), AGAIN_MS)
  })
}

async function listen(container, offer) {
  const registration = await container.register('/service-worker.js').catch(() => null)
  if (!registration) return // no worker (private window, old browser): the app still works while online
  if (registration.waiting && container.controller) offer(registration.waiting)
  if (registration.installing && !container.controller) installAgain(registration.installing, container, offer)
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
