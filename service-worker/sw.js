/* Listeners only. What is kept: precache.js. What is answered from it: routes.js. */
import { dropOldBuilds, keptAnswer, precache } from './precache.js'
import { route } from './routes.js'

self.addEventListener('install', (event) => event.waitUntil(precache()))

self.addEventListener('activate', (event) => event.waitUntil(dropOldBuilds().then(() => self.clients.claim())))

self.addEventListener('fetch', (event) => {
  const kept = route(event.request, self.location.origin)
  if (kept) event.respondWith(keptAnswer(kept, event.request))
})

// the person has accepted the update; without that the old build stays, for a draft may be open
self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') self.skipWaiting()
})

// only a bell: sending is the page's work, and many phones have no Background Sync at all
self.addEventListener('sync', (event) => event.waitUntil(ringPages()))

async function ringPages() {
  const pages = await self.clients.matchAll({ type: 'window' })
  pages.forEach((page) => page.postMessage({ type: 'SYNC' }))
}
