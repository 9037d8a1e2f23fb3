import { Locale } from 'vant'
import vantEnglish from 'vant/es/locale/lang/en-US'
import vantChinese from 'vant/es/locale/lang/zh-CN'
import { watch } from 'vue'
import { createI18n } from 'vue-i18n'

import { mergeCatalogues } from './catalogues.js'

// the words of pages that are opened rarely come with the page
const files = import.meta.glob(['./messages/*.zh.json', '!./messages/{rescue,check,secret,edit,form,scan}.*.json'], { eager: true, import: 'default' })
const english = import.meta.glob(['./messages/*.en.json', '!./messages/{rescue,check,secret,edit,form,scan}.*.json'], { import: 'default' })
const later = import.meta.glob('./messages/{rescue,check,secret,edit,form,scan}.*.json', { import: 'default' })
const VANT = { zh: ['zh-CN', vantChinese], en: ['en-US', vantEnglish] }

/**
 * The phone's messages; the chosen language follows `preferences.locale`. Chinese is there at once, English comes when it
 * is wanted and is missing only where it can be neither read nor fetched.
 * @returns {{messages: import('vue-i18n').I18n, spoken: Promise<void>}} spoken: the first sentence may be shown
 */
export function createMessages(preferences) {
  const messages = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages: mergeCatalogues(files) })
  watch(() => preferences.locale, (locale) => speak(messages, locale))
  return { messages, spoken: speak(messages, preferences.locale) }
}

async function speak(messages, locale) {
  if (locale === 'en') await learn(messages, english).catch(() => {})
  messages.global.locale.value = locale
  const [tag, words] = VANT[locale]
  Locale.use(tag, words)
  document.documentElement.lang = tag
  document.title = messages.global.t('shell.app_name')
}

async function learn(messages, catalogues) {
  const read = async ([path, load]) => [path, await load()]
  const merged = mergeCatalogues(Object.fromEntries(await Promise.all(Object.entries(catalogues).map(read))))
  Object.entries(merged).forEach(([locale, words]) => messages.global.mergeLocaleMessage(locale, words))
}

/** Pages that come later, and their words. @param {() => Promise<object>} load */
export async function withWords(messages, load) {
  const [pages] = await Promise.all([load(), learn(messages, later)])
  return pages
}
