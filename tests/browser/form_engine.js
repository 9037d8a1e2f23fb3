// The phone's form engine in a bare page: fills in a form as told and says what it makes of it.
import { loadForm } from '@getodk/xforms-engine'

const COUNTED = ['repeat-range:controlled', 'repeat-range:uncontrolled']

function* walk(node) {
  yield node
  for (const child of node.currentState.children ?? []) yield* walk(child)
}

const find = (root, reference) => [...walk(root)].find((node) => node.currentState.reference === reference && !COUNTED.includes(node.nodeType))

function answer(node, value) {
  if (node.currentState.readonly) return
  if (node.nodeType === 'select') node.selectValues(value === '' ? [] : value.split(' '))
  else if (node.nodeType === 'rank') node.setValues(value === '' ? [] : value.split(' '))
  else if (node.valueType === 'geopoint') node.setValue(place(value))
  else node.setValue(value)
}

function place(text) {
  if (text === '') return null
  const [latitude, longitude, altitude, accuracy] = text.split(' ').map(Number)
  return { latitude, longitude, altitude, accuracy }
}

async function filled(form, { repeats, values }) {
  const { root } = form.createInstance()
  for (const [reference, rows] of repeats) {
    const range = [...walk(root)].find((node) => COUNTED.includes(node.nodeType) && node.currentState.reference === reference)
    const there = range.currentState.children.length
    if (rows > there) range.addInstances(there - 1, rows - there)
    else if (rows < there) range.removeInstances(rows, there - rows)
  }
  for (const [reference, value] of values) answer(find(root, reference), value)
  const nodes = [...walk(root)].filter((node) => !COUNTED.includes(node.nodeType))
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' })
  return {
    xml: await payload.data[0].get('xml_submission_file').text(),
    relevant: nodes.filter((node) => node.currentState.relevant).map((node) => node.currentState.reference),
    violations: nodes.filter((node) => node.validationState?.violation)
      .map((node) => [node.currentState.reference, node.validationState.violation.condition]),
  }
}

window.fill = async ({ xml, attachments, fillings }) => {
  const found = []
  for (const [index, filling] of fillings.entries()) {
    if (index % 20 === 0) window.form = await loadForm(xml, {
      fetchFormAttachment: async (url) => new Response(attachments[`${url}`.split('/').pop()], { headers: { 'Content-Type': 'text/csv' } }),
    })
    if (window.form.status === 'failure') throw window.form.error
    found.push(await filled(window.form, filling))
  }
  return found
}
