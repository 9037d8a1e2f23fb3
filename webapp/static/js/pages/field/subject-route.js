/** Where an outbox entry leads: a household has a page of its own, other places open their capture page. */
export function itemRoute({ subject, entityId }) {
  return subject === 'household' ? { name: 'household', params: { id: entityId } } : captureRoute({ subject, entityId })
}

export function captureRoute({ subject, entityId }) {
  return { name: 'capture', params: { subject, id: entityId } }
}
