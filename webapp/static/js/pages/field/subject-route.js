const OF_HOUSEHOLDS = ['household', 'edit']

/** Where an outbox entry leads: a household has a page of its own, other places open their capture page. */
export function itemRoute({ subject, entityId }) {
  return OF_HOUSEHOLDS.includes(subject) ? { name: 'household', params: { id: entityId } } : againRoute({ subject, entityId })
}

/** Where it is done again. */
export function againRoute({ subject, entityId }) {
  return subject === 'edit' ? { name: 'edit', params: { id: entityId } } : captureRoute({ subject, entityId })
}

export function captureRoute({ subject, entityId }) {
  return { name: 'capture', params: { subject, id: entityId } }
}
