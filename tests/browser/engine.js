// The phone's form engine, bare: what a form says once it is loaded.
import { loadForm } from '@getodk/xforms-engine'

const kindsOf = (node) => {
  const children = node.currentState?.children ?? []
  return [node.nodeType, ...children.flatMap(kindsOf)]
}

const faultsOf = (root) => root.validationState.violations.map(({ violation, reference }) => `${reference}: ${violation.message?.asString ?? violation.condition}`)

window.loaded = async (xml, attachments) => {
  const fetchFormAttachment = async (url) => new Response(attachments[String(url).split('/').pop()], { headers: { 'content-type': 'text/csv' } })
  const form = await loadForm(xml, { fetchFormAttachment })
  if (form.status !== 'success') return { status: form.status, error: String(form.error?.message ?? form.error) }
  const { root } = form.createInstance()
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' })
  const answers = await payload.data[0].get('xml_submission_file').text()
  return { status: form.status, kinds: kindsOf(root), faults: faultsOf(root), answers }
}
