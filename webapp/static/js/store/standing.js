/** Where a questionnaire stands for one household or place, out of what this phone and the server know of it. */
const OPEN = ['queued', 'sending']
const SERVER = { received: 'uploaded', accepted: 'accepted', returned: 'returned' }

/**
 * @param {{form: object, draft: object|null, mine: object|null, theirs: object|null, rev: number, isHere: boolean}} facts
 *   mine: newest answers of this phone with `op`; theirs: newest the server's row names; rev of that row
 * @returns {{state: string, of: 'mine'|'theirs'|null, review: object|null, problem: object|null, at: string|null}}
 */
export function standing({ form, draft, mine, theirs, rev, isHere }) {
  const found = settled({ mine, theirs, rev })
  if (draft) return { ...found, state: 'draft', version: draft.draft.version, at: draft.saved_at }
  if (found.state === 'blank' && !isHere) return { ...found, state: 'waits', version: form.version }
  return { ...found, version: form.version }
}

function settled({ mine, theirs, rev }) {
  const nothing = { of: null, review: null, problem: null, at: null }
  if (isAhead(mine, theirs, rev)) return { ...nothing, of: 'mine', state: ownState(mine.op), problem: mine.op.problem, at: mine.taken_at }
  if (!theirs) return { ...nothing, state: 'blank' }
  return { ...nothing, of: 'theirs', state: SERVER[theirs.state], review: theirs.state === 'returned' ? theirs.review : null, at: theirs.taken_at }
}

/** Does the server's row not speak of these answers yet? That of a place never does. */
function isAhead(mine, theirs, rev) {
  if (!mine?.op || mine.id === theirs?.id) return false
  return !theirs || mine.op.settled_rev === null || rev < mine.op.settled_rev
}

function ownState({ status }) {
  if (OPEN.includes(status)) return 'on_phone'
  return status === 'uploaded' ? 'uploaded' : 'attention'
}

/**
 * The custody of answers, step by step, as that of a capture (ledger.js).
 * @param {object|null} shown own answers, or what the server's row says of the newest @param {object|null} mine
 */
export function responseLedger(shown, mine, sent) {
  if (!shown) return []
  const own = mine?.id === shown.id ? mine.op : null
  const files = shown.files ?? []
  const received = files.filter((file) => file.received || sent.has(file.sha256)).length
  const receivedAt = shown.received_at ?? own?.received_at ?? null
  const verdict = ['accepted', 'returned'].find((state) => state === shown.state) ?? null
  const { reasons = [], text = '', by = null, at = null } = shown.review ?? {}
  return [
    { step: 'on_phone', done: true, at: shown.taken_at },
    { step: 'received', done: receivedAt !== null, at: receivedAt, receipt: own?.receipt ?? null },
    { step: 'photos', done: received === files.length, at: null, received, total: files.length },
    { step: 'reviewed', done: verdict !== null, verdict, at, by, reasons, text },
  ]
}
