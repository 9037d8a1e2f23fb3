const OF_HOUSEHOLDS = ['household', 'edit']

/** Where an outbox entry leads: a household has a page of its own, other places open their capture page. */
export function itemRoute({ subject, entityId, about }) {
  if (about) return about === 'household' ? { name: 'household', params: { id: entityId } } : { name: 'places' }
  return OF_HOUSEHOLDS.includes(subject) ? { name: 'household', params: { id: entityId } } : againRoute({ subject, entityId })
}

/** Where it is done again. */
export function againRoute({ subject, entityId, about }) {
  if (about) return formRoute(about, entityId, subject.split(':')[1])
  return subject === 'edit' ? { name: 'edit', params: { id: entityId } } : captureRoute({ subject, entityId })
}

export function captureRoute({ subject, entityId }) {
  return { name: 'capture', params: { subject, id: entityId } }
}

/** A questionnaire about a household or a place. */
export function formRoute(about, id, form) {
  return about === 'household' ? { name: 'form', params: { id, form } } : { name: 'place-form', params: { subject: about, id, form } }
}
