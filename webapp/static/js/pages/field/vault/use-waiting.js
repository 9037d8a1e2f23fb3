import { computed, onBeforeUnmount, ref } from 'vue'
import { useI18n } from 'vue-i18n'

/**
 * How long wrong tries make the next one wait, counted down on the screen.
 * @param {() => Promise<{until: number}>} tries the store's; a page in a lazy chunk must not import it (classic-entry.js)
 */
export function useWaiting(tries) {
  const { t } = useI18n()
  const until = ref(0)
  const now = ref(Date.now())
  const clock = setInterval(() => { now.value = Date.now() }, 500)
  onBeforeUnmount(() => clearInterval(clock))
  tries().then((found) => { until.value = found.until })

  const seconds = computed(() => Math.max(0, Math.ceil((until.value - now.value) / 1000)))
  const left = computed(() => (seconds.value < 60
    ? t('vault.seconds', { s: seconds.value })
    : t('vault.minutes', { m: Math.floor(seconds.value / 60), s: seconds.value % 60 })))

  /** @param {{reason: 'wait'|'wrong', free: number, until: number}} answer @returns {string|null} null while a wait is shown instead */
  function refusal(answer) {
    until.value = answer.until
    now.value = Date.now()
    return answer.until > now.value ? null : t('vault.wrong', { n: answer.free })
  }
  return { waits: computed(() => seconds.value > 0), left, refusal }
}
