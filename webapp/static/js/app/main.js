import './before-router.js'
import '../../css/phone.css'
import 'vant/es/dialog/style/index'
import 'vant/es/image-preview/style/index'
import 'vant/es/toast/style/index'

import { createApp, defineAsyncComponent, markRaw, shallowReactive } from 'vue'

import { useWorklist } from '../pages/field/live.js'
import LockPage from '../pages/field/vault/LockPage.vue'
import SecretEntry from '../pages/field/vault/SecretEntry.vue'
import { loadCodes } from '../pages/field/words.js'
import { onStoreTrouble, openStore } from '../store/db.js'
import { canJournal } from '../store/journal.js'
import { readMeta } from '../store/meta.js'
import { onErasedTrace } from '../store/trace.js'
import { dropUnclosed, vault } from '../store/vault.js'
import { startSync, syncState } from '../sync/engine.js'
import { salvage, tidySecondCopy } from '../sync/second-copy.js'
import { shellKey } from '../widgets/shell.js'
import App from './App.vue'
import { openDurableStorage } from './durable-storage.js'
import { createMessages } from './i18n.js'
import { lock, lockWhenLeft } from './lock.js'
import { loadPreferences } from './preferences.js'
import { createPhoneRouter, formPages, rarePages } from './router.js'
import { openBridge } from './sw-bridge.js'
import { warmForms } from './warm-forms.js'

const preferences = loadPreferences()
const { messages, spoken } = createMessages(preferences)

const TIDY_MS = 5000
const WARM_MS = 6000

// an older page holds the store open and nothing of ours can be shown yet: say so
const stop = onStoreTrouble((trouble) => { document.querySelector('#app').textContent = messages.global.t(`shell.${trouble}`) })
spoken.then(() => openStore()).finally(stop).then(open, showBroken)

async function showBroken() {
  const { BrokenStore } = await rarePages(messages)
  createApp(BrokenStore).use(messages).provide(shellKey, { salvage }).mount('#app')
}

async function open() {
  if ((await vault()) || (await lostVault())) return showLock()
  await dropUnclosed()
  start()
}

/** Nobody is known here: either this is a new phone, or its database was lost and the journal still has its vault. */
const lostVault = async () => canJournal() && salvage().then(({ vaultFromJournal }) => vaultFromJournal()).catch(() => false)

function showLock() {
  const opened = () => {
    locked.unmount()
    start()
  }
  const forgottenPanel = markRaw(rare('ForgottenPanel'))
  const locked = createApp(LockPage, { onOpened: opened, forgottenPanel }).use(messages).provide(shellKey, { salvage })
  locked.mount('#app')
}

const rare = (name) => defineAsyncComponent(() => rarePages(messages).then((pages) => pages[name]))

function start() {
  useWorklist() // being read while the rest is set up: on a slow phone this is half of the cold start
  loadCodes()
  const sync = shallowReactive({ ...syncState() })
  readMeta('last_sync_at').then((at) => { sync.lastSyncAt ??= at ?? null })
  createApp(App)
    .use(createPhoneRouter(messages))
    .use(messages)
    .component('SecretEntry', SecretEntry) // for a page in a lazy chunk, which must not import it (classic-entry.js)
    .component('EditForm', rare('EditForm'))
    .component('EditNews', rare('EditNews'))
    .component('FormsCard', defineAsyncComponent(() => formPages(messages).then(({ FormsCard }) => FormsCard)))
    .provide(shellKey, { preferences, sync, bridge: openBridge(), storage: openDurableStorage(), version: __HETU_VERSION__, salvage, lock })
    .mount('#app')
  startSync({ onState: (state) => follow(sync, state) })
  lockWhenLeft()
  onErasedTrace(() => location.replace('/app/')) // cleared in another tab: what this one knows is of yesterday
  setTimeout(() => warmForms(messages), WARM_MS)
  setTimeout(tidySecondCopy, TIDY_MS) // also without a network: what the database has lost must not wait for one
}

function follow(sync, state) {
  const pulled = sync.phase === 'pulling' && state.phase === 'idle'
  Object.assign(sync, state, { lastSyncAt: state.lastSyncAt ?? sync.lastSyncAt })
  // a new page: what this one has in memory was cleared from the store
  if (state.phase === 'wiped') location.replace('/app/login')
  if (pulled) loadCodes() // the campaign may have come with it
}
