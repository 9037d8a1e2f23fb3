/** What a stranger would try first; the rest is left to the waiting after wrong ones. */
const COMMON = ['147258', '147369', '159357', '159753', '258369', '123321', '112233', '332211', '520131', '131420', '521521', '789456', '741852']

/**
 * Why a secret will not do, or null.
 * @param {string} secret @param {{kind: 'pin'|'passphrase', min_length: number}} policy
 * @returns {'short'|'digits'|'alike'|'run'|'date'|'common'|null}
 */
export function weakness(secret, { kind, min_length }) {
  if ([...secret].length < min_length) return 'short'
  if (kind === 'pin' && !/^\d+$/.test(secret)) return 'digits'
  if (repeats(secret)) return 'alike'
  if (isRun(secret)) return 'run'
  if (isDate(secret)) return 'date'
  return COMMON.includes(secret) ? 'common' : null
}

/** 888888, 121212, 135135. */
const repeats = (secret) => (secret + secret).indexOf(secret, 1) < secret.length

/** 123456, 987654, 890123. */
function isRun(secret) {
  if (!/^\d+$/.test(secret)) return false
  const steps = [...secret].slice(1).map((digit, index) => (Number(digit) - Number(secret[index]) + 10) % 10)
  return steps.every((step) => step === 1) || steps.every((step) => step === 9)
}

/** A day as people write birthdays: 801231, 19801231, 311280. */
function isDate(secret) {
  const day = /^(?:(?:19|20)?\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/
  return day.test(secret) || /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)?\d\d)$/.test(secret)
}
