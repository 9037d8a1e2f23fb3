import { ensureKey, heldKey } from './data-key.js'
import { hex } from './ids.js'
import { journalVault } from './journal.js'
import { derive } from './kdf.js'
import { chosenKdf } from './kdf-choice.js'
import { writeMeta } from './meta.js'
import { sealBytes } from './sealed-rows.js'
import { BOUND, judged, sealOlder, vault, vaultPolicy } from './vault.js'
import { weakness } from './weak-secret.js'

/**
 * Choose the secret. From here on a closed app opens with it only.
 * @param {string} secret @param {(wanted: string) => Promise<import('./kdf.js').Kdf>} choose how dear a try is
 * @returns {Promise<{ok: true} | {ok: false, reason: string}>}
 */
export async function setSecret(secret, choose = chosenKdf) {
  const policy = await vaultPolicy()
  const reason = weakness(secret, policy)
  if (reason) return { ok: false, reason }
  const isOlder = !heldKey()
  ensureKey()
  await keep({ ...(await wrapped(secret, policy, choose)), sealing: isOlder })
  if (isOlder) await sealOlder()
  return { ok: true }
}

/** Also beside the database: when that is lost, the copies of records open with the same secret. */
async function keep(record) {
  await writeMeta('vault', record)
  await journalVault(JSON.stringify(record))
}

async function wrapped(secret, policy, choose) {
  const kdf = await choose(policy.kdf)
  const digits = policy.kind === 'pin' ? secret.length : null
  return { kind: policy.kind, digits, kdf, wrapped: hex(sealBytes(await derive(secret, kdf), heldKey(), BOUND)) }
}

/** The data key stays, so nothing has to be sealed anew. @returns {Promise<{ok: true} | {ok: false, reason: string}>} */
export async function changeSecret(old, secret, choose = chosenKdf, now = () => Date.now()) {
  const reason = weakness(secret, await vaultPolicy())
  if (reason) return { ok: false, reason }
  const answer = await judged(await vault(), old, now)
  if (!answer.ok) return answer
  await keep({ ...(await wrapped(secret, await vaultPolicy(), choose)), sealing: false })
  return { ok: true }
}
