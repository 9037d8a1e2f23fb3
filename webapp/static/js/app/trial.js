import '../../css/phone.css'
import 'vant/es/image-preview/style/index'

import { createApp, reactive } from 'vue'

import { createMessages, withWords } from './i18n.js'

// a form on trial at the desk: the phone's renderer and words without the phone's store
const place = document.querySelector('#app')
const preferences = reactive({ locale: place.dataset.locale })
const { messages, spoken } = createMessages(preferences)

const [{ default: TrialPage }] = await Promise.all([withWords(messages, () => import('../pages/desk/form-trial/TrialPage.vue')), spoken])
document.title = place.dataset.title
createApp(TrialPage, { ...place.dataset, facts: JSON.parse(place.dataset.facts) }).use(messages).mount(place)
