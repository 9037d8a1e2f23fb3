import { useI18n } from 'vue-i18n'

/** A correction in the words of the outbox: what it is and which fields it is about. */
export function useEdited() {
  const { t } = useI18n()
  const names = ({ fields }) => fields.map((field) => t(`words.field.${field}`)).join(t('words.listed'))
  return { edited: (item) => t('outbox.edited', { fields: names(item) }) }
}
