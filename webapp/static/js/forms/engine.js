import { loadForm } from '@getodk/xforms-engine'

import { knownOf } from './known.js'
import { hasInstance, marksOf } from './marks.js'
import { prefill } from './prefill.js'
import { leavesOf, questionOf } from './question.js'

/**
 * The only place that knows the form engine (ADR 0016). Every opening loads the form anew: instances of one loading stay in
 * memory for ever.
 * @typedef {{xml: string, attachments: Record<string, string>}} FormBody
 * @typedef {{title: string, sections: import('./question.js').Question[], instance: () => string, instanceId: () => string,
 *   speak: (locale: string) => void}} Filling
 */
const INSTANCE = 'xml_submission_file'

/**
 * @param {FormBody} body
 * @param {{facts: object, keys?: Record<string, string>, draft?: string, returned?: string}} start answers as XML, or none: filled in with what is known
 * @param {{reactive: (state: object) => object, confirmed: Set<string>, changed: () => void, locale: string}} host
 * @returns {Promise<{ok: true, filling: Filling} | {ok: false, reason: 'form'|'attachment'|'answers', detail: string}>}
 */
export async function openFilling(body, start, host) {
  const form = parsed(body.xml)
  if (!form) return { ok: false, reason: 'form', detail: '' }
  const [known, marks] = [knownOf(start.facts), marksOf(form)]
  if (!start.draft && !start.returned) prefill(form, known, start.keys ?? {})
  const missing = []
  const loaded = await loadForm(new XMLSerializer().serializeToString(form), { fetchFormAttachment: attachmentsOf(body, missing) })
  if (loaded.status === 'failure') return missing.length
    ? { ok: false, reason: 'attachment', detail: missing.join('、') }
    : { ok: false, reason: 'form', detail: loaded.error.message }
  try {
    const { root } = await instanceOf(loaded, start, host)
    return { ok: true, filling: fillingOf(root, form, { marks, known, ...host }) }
  } catch (error) {
    return { ok: false, reason: 'answers', detail: error.message }
  }
}

/** Null when it is no form at all. */
function parsed(xml) {
  const form = new DOMParser().parseFromString(xml, 'text/xml')
  return hasInstance(form) ? form : null
}

/** From the download itself: nothing is asked of the network. */
function attachmentsOf({ attachments }, missing) {
  return async (url) => {
    const name = decodeURIComponent(String(url).split('/').at(-1))
    if (!(name in attachments)) missing.push(name)
    return new Response(attachments[name] ?? null, { status: name in attachments ? 200 : 404, headers: { 'Content-Type': 'text/csv' } })
  }
}

function instanceOf(loaded, { draft, returned }, { reactive }) {
  // a picture is called by its own hash, also after the next start
  const config = { stateFactory: reactive, instanceAttachments: { fileNameFactory: ({ basename, extension }) => `${basename}${extension ?? ''}` } }
  if (draft) return loaded.restoreInstance({ data: [dataOf(draft)] }, config)
  if (returned) return loaded.editInstance({ inputType: 'FORM_INSTANCE_INPUT_RESOLVED', data: [dataOf(returned)] }, config)
  return loaded.createInstance(config)
}

/** Without its pictures: the engine keeps their names, and the store their bytes. */
function dataOf(instance) {
  const data = new FormData()
  data.set(INSTANCE, new File([instance], INSTANCE, { type: 'text/xml' }))
  return data
}

function fillingOf(root, form, filling) {
  const speak = (locale) => {
    const language = root.languages.find(({ language: name, isSyntheticDefault }) => !isSyntheticDefault && name.includes(`(${locale})`))
    if (language) root.setLanguage(language)
  }
  speak(filling.locale)
  const title = form.getElementsByTagName('h:title')[0]?.textContent ?? ''
  return {
    title, speak, sections: sectionsOf(root.currentState.children.map((node) => questionOf(node, filling)).filter(Boolean), title),
    instance: () => root.instanceState.instanceXML,
    instanceId: () => /<(?:\w+:)?instanceID>uuid:([0-9a-f-]{36})</.exec(root.instanceState.instanceXML)[1],
  }
}

/** Questions that stand in no group make one where they stand; a group with nothing to draw is none. */
function sectionsOf(questions, title) {
  return questions.reduce((sections, question) => {
    if (question.children) return leavesOf(question).length || question.children.length ? [...sections, question] : sections
    const last = sections.at(-1)
    if (last?.isLoose) last.children.push(question)
    else sections.push({ id: `loose-${question.id}`, at: question.at, kind: 'group', name: question.name, label: title, hint: '', relevant: true, isLoose: true, children: [question] })
    return sections
  }, [])
}
