import { db } from './db.js'
import { readMeta, writeMeta } from './meta.js'

/**
 * Wrong tries make the next one wait; nothing is ever destroyed by them. They are counted on the disk, so that opening the
 * app anew starts nothing anew.
 */
const FREE = 4
const FIRST_WAIT_S = 30
const LONG_AFTER = 10
const LONG_WAIT_S = 3600

const waitMs = (count) => 1000 * (count >= LONG_AFTER ? LONG_WAIT_S : count > FREE ? FIRST_WAIT_S * 2 ** (count - FREE - 1) : 0)

/** @returns {Promise<{count: number, free: number, until: number}>} free: tries before the first wait; until: ms since 1970, 0 for at once */
export async function tries(now = Date.now()) {
  const { count, at } = (await readMeta('vault_tries')) ?? { count: 0, at: now }
  if (at > now) await writeMeta('vault_tries', { count, at: now }) // the clock was put back: no reason to wait for a year
  const wait = waitMs(count)
  return { count, free: Math.max(0, FREE + 1 - count), until: wait && Math.min(at, now) + wait }
}

/** Before a try is judged: pulling the battery gives no second one. @returns {Promise<boolean>} false while it has to wait */
export function takeTry(now = Date.now()) {
  return db.transaction('rw', db.meta, async () => {
    const { count, until } = await tries(now)
    if (until > now) return false
    await writeMeta('vault_tries', { count: count + 1, at: now })
    return true
  })
}

export const forgetTries = () => db.meta.delete('vault_tries')
