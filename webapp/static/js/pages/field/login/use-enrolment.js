import { showDialog, showToast } from 'vant'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { useShell } from '../../../widgets/shell.js'
import { loadCodes } from '../words.js'
import { useLost } from './lost.js'

/** One way in, by password or by code: while it runs, what came of it, and on to the tasks. */
export function useEnrolment() {
  const { t } = useI18n()
  const router = useRouter()
  const { preferences } = useShell()
  const { lostText } = useLost()
  const busy = ref(false)
  const problem = ref(null)
  const received = ref(null) // rows so far, once the first download runs

  /** @param {(onProgress: (progress: {received: number}) => void) => Promise<object>} ask @returns {Promise<boolean>} */
  async function attempt(ask, label) {
    busy.value = true
    problem.value = null
    const answer = await ask((progress) => { received.value = progress.received ?? received.value })
    if (answer.ok) {
      await enter(answer, label)
      return true
    }
    problem.value = sentence(answer)
    busy.value = false
    return false
  }

  async function enter({ pulled, lost }, label) {
    preferences.phoneName = label
    await loadCodes()
    if (!pulled) showToast(t('login.not_all_pulled'))
    const title = t(lost.some(({ here }) => here) ? 'login.lost.title' : 'login.lost.title_other')
    if (lost.length) await showDialog({ title, message: lost.map(lostText).join('\n'), confirmButtonText: t('login.lost.known') })
    router.replace({ name: 'tasks' })
  }

  const SENTENCES = {
    wrong_credentials: () => t('login.error.wrong_credentials'),
    wrong_code: () => t('login.error.wrong_code'),
    not_allowed: () => t('login.error.not_allowed'),
    device_lost: () => t('login.error.device_lost'),
    offline: () => t('login.error.offline'),
    portal: () => t('login.error.portal'),
    slow_down: ({ retryAfterS }) => t('login.error.slow_down', { n: retryAfterS || 60 }),
    server: () => t('login.error.server'),
    other_unsent: ({ count }) => t('login.error.other_unsent', { n: count }),
  }

  function sentence(answer) {
    const say = SENTENCES[answer.code] ?? SENTENCES[answer.reason] ?? (() => t('login.error.refused'))
    return say(answer)
  }

  return { busy, problem, received, attempt }
}
