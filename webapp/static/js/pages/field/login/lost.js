import { useI18n } from 'vue-i18n'

import { useWords } from '../words.js'

/** Numbers that never arrived, put into a sentence that says what to do. */
export function useLost() {
  const { t } = useI18n()
  const { time } = useWords()

  const range = ([from, to]) => (from === to ? t('login.lost.one', { n: from }) : t('login.lost.range', { from, to }))
  const numbers = (missing) => missing.map(range).join(t('words.separator'))

  /** @param {import('../../../store/lost.js').Lost} lost */
  function lostText({ label, last_seen_at, missing, here }) {
    const facts = { label, at: time(last_seen_at), numbers: numbers(missing) }
    return here ? t('login.lost.here', facts) : t('login.lost.elsewhere', facts)
  }
  return { lostText }
}
