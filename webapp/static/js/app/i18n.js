import { Locale } from 'vant'
import vantEnglish from 'vant/es/locale/lang/en-US'
import vantChinese from 'vant/es/locale/lang/zh-CN'
import { watch } from 'vue'
import { createI18n } from 'vue-i18n'

import { mergeCatalogues } from './catalogues.js'

// the words of pages that are opened rarely come with the page
const files = import.meta.glob(['./messages/*.json', '!./messages/rescue.*.json', '!./messages/check.*.json'], { eager: true, import: 'default' })
const later = import.meta.glob(['./messages/rescue.*.json', './messages/check.*.json'], { import: 'default' })
const VANT = { zh: ['zh-CN', vantChinese], en: ['en-US', vantEnglish] }

/** The phone's messages in both languages; the chosen one follows `preferences.locale`. */
export function createMessages(preferences) {
  const i18n = createI18n({
    legacy: false,
    locale: preferences.locale,
    fallbackLocale: 'zh',
    messages: mergeCatalogues(files),
  })
  watch(() => preferences.locale, (locale) => speak(i18n, locale), { immediate: true })
  return i18n
}

function speak(i18n, locale) {
  i18n.global.locale.value = locale
  const [tag, words] = VANT[locale]
  Locale.use(tag, words)
  document.documentElement.lang = tag
  document.title = i18n.global.t('shell.app_name')
}

/** Pages that come later, and their words. @param {() => Promise<object>} load */
export async function withWords(i18n, load) {
  const [pages, ...files] = await Promise.all([load(), ...Object.values(later).map((file) => file())])
  const merged = mergeCatalogues(Object.fromEntries(Object.keys(later).map((path, index) => [path, files[index]])))
  Object.entries(merged).forEach(([locale, words]) => i18n.global.mergeLocaleMessage(locale, words))
  return pages
}
