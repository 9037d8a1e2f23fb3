import { aheadOfServer } from './overlay.js'

/**
 * The custody of the newest capture, step by step: where it is and who has confirmed it.
 * @typedef {{step: 'on_phone'|'received'|'photos'|'reviewed', done: boolean, at: string|null, receipt?: string|null,
 *   received?: number, total?: number, verdict?: 'accepted'|'returned'|null, by?: string|null,
 *   reasons?: string[], text?: string}} LedgerStep
 */

/**
 * @param {object|null} serverCapture as the pull shows it
 * @param {number} serverRev
 * @param {import('./overlay.js').OwnCapture[]} own
 * @param {Set<string>} sentPhotos hashes this phone has a receipt for
 * @param {object[]} history of the household
 * @returns {LedgerStep[]} empty when nothing was captured yet
 */
export function ledger(serverCapture, serverRev, own, sentPhotos, history = []) {
  const ahead = aheadOfServer(own, serverCapture, serverRev)
  const capture = ahead ?? serverCapture
  if (!capture) return []
  const mine = own.find((item) => item.id === capture.id)
  return [
    { step: 'on_phone', done: true, at: capture.taken_at },
    receivedStep(capture, mine, history),
    photosStep(capture, sentPhotos, ahead ? [] : history),
    reviewedStep(ahead ? null : serverCapture, history),
  ]
}

function receivedStep(capture, mine, history) {
  const event = history.filter(({ event, receipt }) => event === 'received' && receipt?.includes(capture.id)).at(-1)
  const at = capture.received_at ?? mine?.received_at ?? null
  return { step: 'received', done: at !== null, at, receipt: mine?.receipt ?? event?.receipt ?? null }
}

function photosStep(capture, sentPhotos, history) {
  const received = capture.photos.filter((photo) => photo.received || sentPhotos.has(photo.sha256)).length
  const total = capture.photos.length
  const whole = received === total
  return { step: 'photos', done: whole, at: lastAt(history, 'photos', whole && total), received, total }
}

function reviewedStep(serverCapture, history) {
  const verdict = ['accepted', 'returned'].find((state) => state === serverCapture?.state) ?? null
  const { reasons = [], text = '', by = null, at = null } = serverCapture?.review ?? {}
  return { step: 'reviewed', done: verdict !== null, verdict, at: at ?? lastAt(history, verdict, verdict), by, reasons, text }
}

const lastAt = (history, event, happened) =>
  (happened && history.filter((entry) => entry.event === event).at(-1)?.at) || null
