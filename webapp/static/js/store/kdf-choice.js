import { hex } from './ids.js'
import { derive } from './kdf.js'

const AIM_MS = 400
/** OWASP's least for argon2id and for PBKDF2-HMAC-SHA256, 2023. */
const FLOOR_KIB = 19 * 1024
const FLOOR_PASSES = 2
const FLOOR_ITERATIONS = 600_000
/** More memory would have a small phone close the page. */
const MOST_KIB = 64 * 1024
const MOST_PASSES = 12

/**
 * As dear as one try may be here. iOS in its lockdown mode has no WebAssembly.
 * @param {'argon2id'|'pbkdf2'} wanted @returns {Promise<Kdf>}
 */
export async function chosenKdf(wanted) {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)))
  return wanted === 'argon2id' && typeof WebAssembly === 'object' ? dearArgon(salt) : dearPbkdf2(salt)
}

async function dearArgon(salt) {
  const floor = { name: 'argon2id', salt, memory_kib: FLOOR_KIB, passes: FLOOR_PASSES }
  await derive('measured', { ...floor, memory_kib: 1024, passes: 1 }) // the first one pays for the loading
  const ratio = AIM_MS / (await timed(() => derive('measured', floor)))
  const memory_kib = Math.round(between(FLOOR_KIB, FLOOR_KIB * ratio, MOST_KIB))
  const passes = Math.floor(between(FLOOR_PASSES, (FLOOR_PASSES * FLOOR_KIB * ratio) / memory_kib, MOST_PASSES))
  return { ...floor, memory_kib, passes }
}

async function dearPbkdf2(salt) {
  const floor = { name: 'pbkdf2', salt, iterations: FLOOR_ITERATIONS }
  const ratio = AIM_MS / (await timed(() => derive('measured', floor)))
  return { ...floor, iterations: Math.round(FLOOR_ITERATIONS * Math.max(1, ratio)) }
}

async function timed(work) {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const between = (least, value, most) => Math.min(most, Math.max(least, value))
