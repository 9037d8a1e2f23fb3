import { onBeforeUnmount, ref, watch } from 'vue'

const PAUSE_MS = 500

/**
 * Text as it is being typed: the engine rewrites a number while one is still at it ("12." becomes "12.0"), so it hears of it
 * after a pause and when the field is left, and what it made of it shows only then.
 * @param {import('../question.js').Question} question @param {(value: string) => string} shown
 */
export function useTyped(question, shown = (value) => value) {
  const text = ref(shown(question.value))
  const refused = ref(false) // no number: the engine would take it for no answer
  let isTyping = false
  let timer = null

  watch(() => question.value, (value) => { if (!isTyping && !refused.value) text.value = shown(value) })
  function commit() {
    clearTimeout(timer)
    timer = null
    const typed = text.value.trim()
    if (typed !== shown(question.value)) question.answer(typed)
    refused.value = typed !== '' && question.value === ''
  }
  function type() {
    isTyping = true
    clearTimeout(timer)
    timer = setTimeout(commit, PAUSE_MS)
  }
  function leave() {
    isTyping = false
    commit()
    if (!refused.value) text.value = shown(question.value)
  }
  onBeforeUnmount(() => timer && commit())
  return { text, refused, type, leave }
}
