import './before-router.js'
import '../../css/phone.css'
import 'vant/es/dialog/style/index'
import 'vant/es/image-preview/style/index'
import 'vant/es/toast/style/index'

import { createApp, shallowReactive } from 'vue'

import { useWorklist } from '../pages/field/live.js'
import { loadCodes } from '../pages/field/words.js'
import { onStoreTrouble, openStore } from '../store/db.js'
import { readMeta } from '../store/meta.js'
import { startSync, syncState } from '../sync/engine.js'
import { salvage, tidySecondCopy } from '../sync/second-copy.js'
import { shellKey } from '../widgets/shell.js'
import App from './App.vue'
import { openDurableStorage } from './durable-storage.js'
import { createMessages } from './i18n.js'
import { loadPreferences } from './preferences.js'
import { createPhoneRouter, rarePages } from './router.js'
import { openBridge } from './sw-bridge.js'

const preferences = loadPreferences()
const messages = createMessages(preferences)

const TIDY_MS = 5000

// an older page holds the store open and nothing of ours can be shown yet: say so
const stop = onStoreTrouble((trouble) => { document.querySelector('#app').textContent = messages.global.t(`shell.${trouble}`) })
openStore().finally(stop).then(start, showBroken)

async function showBroken() {
  const { BrokenStore } = await rarePages(messages)
  createApp(BrokenStore).use(messages).provide(shellKey, { salvage }).mount('#app')
}

function start() {
  useWorklist() // being read while the rest is set up: on a slow phone this is half of the cold start
  loadCodes()
  const sync = shallowReactive({ ...syncState() })
  readMeta('last_sync_at').then((at) => { sync.lastSyncAt ??= at ?? null })
  createApp(App)
    .use(createPhoneRouter(messages))
    .use(messages)
    .provide(shellKey, { preferences, sync, bridge: openBridge(), storage: openDurableStorage(), version: __HETU_VERSION__, salvage })
    .mount('#app')
  startSync({ onState: (state) => follow(sync, state) })
  setTimeout(tidySecondCopy, TIDY_MS) // also without a network: what the database has lost must not wait for one
}

function follow(sync, state) {
  const pulled = sync.phase === 'pulling' && state.phase === 'idle'
  Object.assign(sync, state, { lastSyncAt: state.lastSyncAt ?? sync.lastSyncAt })
  // a new page: what this one has in memory was cleared from the store
  if (state.phase === 'wiped') location.replace('/app/login')
  if (pulled) loadCodes() // the campaign may have come with it
}
