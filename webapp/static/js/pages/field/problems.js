import { useI18n } from 'vue-i18n'

/** A problem code put into a sentence that says what to do; an unknown one is named so that the office can help. */
export function useProblems() {
  const { t, te } = useI18n()
  const sentence = ({ code }) => (te(`problems.${code}`) ? t(`problems.${code}`) : t('problems.unknown', { code }))
  return { sentence }
}
