import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { campaign } from '../../store/worklist.js'

const codes = shallowRef({})

/** The code lists come with the campaign; every page that shows a code waits for the same copy. */
export async function loadCodes() {
  codes.value = (await campaign())?.codes ?? {}
}

/** Facts put into words of the chosen language: codes, times, distances, review reasons. */
export function useWords() {
  const { t, locale } = useI18n()
  const tag = () => (locale.value === 'zh' ? 'zh-CN' : 'en-GB')

  const list = (name) => (codes.value[name] ?? []).map((entry) => ({ code: entry.code, label: entry[locale.value] }))
  const label = (name, code) => list(name).find((entry) => entry.code === code)?.label ?? code
  const distance = (metres) => (metres < 950
    ? t('words.metres', { n: Math.round(metres) })
    : t('words.kilometres', { n: (metres / 1000).toFixed(metres < 9950 ? 1 : 0) }))
  const time = (at) => new Intl.DateTimeFormat(tag(), { dateStyle: 'medium', timeStyle: 'short', hour12: false }).format(new Date(at))
  const day = (at) => new Intl.DateTimeFormat(tag(), { dateStyle: 'medium' }).format(new Date(at))
  const position = ({ lon, lat }) => t('words.position', { lat: lat.toFixed(6), lon: lon.toFixed(6) })
  const reason = (code) => label(code.startsWith('D') ? 'decision_reason' : 'return_reason', code)
  const reviewReason = (review) => [...(review?.reasons ?? []).map(reason), review?.text]
    .filter(Boolean).join(t('words.separator'))

  return { list, label, distance, time, day, position, reviewReason }
}
