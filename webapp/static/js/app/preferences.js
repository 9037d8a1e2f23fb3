import { reactive, watch } from 'vue'

const STORED = 'hetu.preferences'
const DEFAULTS = { locale: 'zh', textSize: 'normal', phoneName: '', leanPhotos: false }

/** What this phone's owner chose: language, text size, the phone's name. Not personal data, so it lives in localStorage. */
export function loadPreferences() {
  const preferences = reactive({ ...DEFAULTS, ...stored() })
  watch(preferences, (chosen) => {
    localStorage.setItem(STORED, JSON.stringify(chosen))
    document.documentElement.dataset.text = chosen.textSize
  }, { immediate: true })
  return preferences
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED))
  } catch {
    return null // garbled by hand or by an old version: start from the defaults
  }
}
