import { EDIT } from './edited.js'
import { uuidv7 } from './ids.js'
import { keepOperation } from './operation.js'

export const editDraftKey = (householdId) => `edit:${householdId}`

/**
 * Keep a correction of a household for good, as a capture is kept.
 * @param {{entityId: string, title: string, baseRev: number|null, fields: import('./edited.js').SaidFields, note: string}} input
 * @returns {Promise<{ok: true, id: string} | {ok: false, reason: 'quota'}>} after the commit
 */
export function keepEdit({ entityId, title, baseRev, fields, note }, { now = new Date(), id = uuidv7(now) } = {}) {
  const deed = {
    id, kind: EDIT, subject: 'edit', entity_id: entityId, base_rev: baseRev, taken_at: now.toISOString(), title, photos: [],
    settled_rev: null,
  }
  return keepOperation(deed, { fields, note }, editDraftKey(entityId))
}
