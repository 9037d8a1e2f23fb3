import { bringBack } from '../store/merge.js'
import { currentSession } from '../store/session.js'
import { oneHousehold } from './api.js'

/** The details of a household that has faded, fetched because somebody stands at its door. @returns {Promise<boolean>} */
export async function fetchDetails(id) {
  const session = await currentSession()
  const answer = await oneHousehold(session.token, id)
  if (answer.ok) await bringBack(answer.data.change, answer.data.family)
  return answer.ok
}
