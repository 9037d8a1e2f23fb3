import { dropOldBodies, keepBody, wantedBodies } from '../store/forms.js'
import { sha256 } from '../store/ids.js'
import { formText } from './api.js'

const STOPS = ['offline', 'portal', 'unauthorized', 'revoked', 'update', 'slow_down']

/**
 * Fetch the text of every questionnaire the pull has named, ahead of the visits. One that does not come, or is not what the
 * pull said, is asked for again in the next round and holds nothing up.
 * @param {import('../store/session.js').Session} session
 * @returns {Promise<import('./api.js').Failure|null>}
 */
export async function downloadForms({ token }) {
  for (const form of await wantedBodies()) {
    const answer = await formText(token, form)
    if (!answer.ok && STOPS.includes(answer.kind)) return answer
    if (answer.ok && (await sha256(new TextEncoder().encode(answer.text))) === form.sha256) await keepBody(JSON.parse(answer.text))
  }
  await dropOldBodies()
  return null
}
