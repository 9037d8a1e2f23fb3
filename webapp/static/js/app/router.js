import { createRouter, createWebHistory } from 'vue-router'

import CapturePage from '../pages/field/capture/CapturePage.vue'
import EditPage from '../pages/field/edit/EditPage.vue'
import HouseholdPage from '../pages/field/household/HouseholdPage.vue'
import EnrolPage from '../pages/field/login/EnrolPage.vue'
import LoginPage from '../pages/field/login/LoginPage.vue'
import MePage from '../pages/field/me/MePage.vue'
import MapPage from '../pages/field/map/MapPage.vue'
import OutboxPage from '../pages/field/outbox/OutboxPage.vue'
import PlacesPage from '../pages/field/tasks/PlacesPage.vue'
import TasksPage from '../pages/field/tasks/TasksPage.vue'
import { currentSession } from '../store/session.js'
import { vaultState } from '../store/vault.js'
import { salvage } from '../sync/second-copy.js'
import { withWords } from './i18n.js'
import LostPage from './LostPage.vue'

const routes = (messages) => [
  { path: '/', redirect: { name: 'tasks' } },
  { path: '/login', name: 'login', component: LoginPage, meta: { open: true } },
  { path: '/enrol', name: 'enrol', component: EnrolPage, meta: { open: true } },
  { path: '/tasks', name: 'tasks', component: TasksPage, meta: { tab: true } },
  { path: '/map', name: 'map', component: MapPage, meta: { tab: true } },
  { path: '/outbox', name: 'outbox', component: OutboxPage, meta: { tab: true } },
  { path: '/me', name: 'me', component: MePage, meta: { tab: true } },
  { path: '/vault', name: 'vault', component: () => rarePages(messages).then((pages) => pages.SecretPage) },
  { path: '/scan', name: 'scan', component: () => rarePages(messages).then((pages) => pages.ScanPage) },
  { path: '/places', name: 'places', component: PlacesPage },
  { path: '/rescue', name: 'rescue', component: () => rarePages(messages).then((pages) => pages.RescuePage), meta: { open: true } },
  { path: '/check', name: 'check', component: () => rarePages(messages).then((pages) => pages.CheckPage), meta: { open: true } },
  { path: '/households/:id', name: 'household', component: HouseholdPage, props: true },
  { path: '/households/:id/edit', name: 'edit', component: EditPage, props: true, meta: { drafting: true } },
  { path: '/households/:id/forms/:form', name: 'form', component: () => formPages(messages).then((pages) => pages.FormPage), props: true, meta: { drafting: true } },
  { path: '/places/:subject/:id/forms/:form', name: 'place-form', component: () => formPages(messages).then((pages) => pages.FormPage), props: true, meta: { drafting: true } },
  { path: '/capture/:subject/:id', name: 'capture', component: CapturePage, props: true, meta: { drafting: true } },
  { path: '/:rest(.*)*', name: 'lost', component: LostPage },
]

/** With their words. */
export const rarePages = (messages) => withWords(messages, () => import('./rare-pages.js'))

/** Questionnaires with their words. */
export const formPages = (messages) => withWords(messages, () => import('./form-pages.js'))

/** No page of the daily walk is a lazy chunk. The map's engine, the rescue and the check are; the worker keeps them all the same. */
export function createPhoneRouter(messages) {
  const router = createRouter({ history: createWebHistory('/app/'), routes: routes(messages) })
  // a paused session still captures (promise P5); only a phone that never signed in is sent to the door
  router.beforeEach(async (to) => {
    const session = (await currentSession()) ?? (await lostSession())
    if (!session) return to.meta.open || { name: 'login' }
    return to.name === 'vault' || (await vaultState()) === 'open' || { name: 'vault' }
  })
  return router
}

/** Nobody is known here: either this is a new phone, or its database was lost and the journal still knows. */
function lostSession() {
  return salvage().then(({ sessionFromJournal }) => sessionFromJournal()).catch(() => null)
}
