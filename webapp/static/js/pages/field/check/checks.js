import { browserOf } from './browser.js'

const LOW_BYTES = 200 * 1024 * 1024
const CLOCK_MINUTES = 5
const MINUTE_MS = 60_000

/**
 * What a phone needs to do its work, one after the other. `say` names the sentence, `state` how grave it is.
 * @typedef {{state: 'good'|'warn'|'bad'|'unknown', say: string, values?: object}} Finding
 */
const good = (say = 'good', values) => ({ state: 'good', say, values })
const warn = (say, values) => ({ state: 'warn', say, values })
const bad = (say, values) => ({ state: 'bad', say, values })
const unknown = (say = 'unknown') => ({ state: 'unknown', say })

/** @type {Record<string, (phone: object) => Finding|Promise<Finding>>} */
export const CHECKS = {
  browser({ navigator }) {
    const { family, version, inside, old } = browserOf(navigator.userAgent)
    if (inside) return bad('inside', { family })
    if (old) return bad('old', { family, version: version ?? '' })
    return good('good', { family, version: version ?? '' })
  },
  secure: ({ isSecureContext }) => (isSecureContext ? good() : bad('bad')),
  async worker({ navigator }) {
    if (!navigator.serviceWorker) return warn('missing')
    const held = await navigator.serviceWorker.getRegistration()
    return held?.active ? good() : warn('not_yet')
  },
  database: ({ tryDatabase }) => tryDatabase().then(() => good(), () => bad('bad')),
  journal: async ({ tryJournal }) => ((await tryJournal()) ? good() : warn('missing')),
  async persist({ navigator }) {
    if (!navigator.storage?.persisted) return unknown()
    return (await navigator.storage.persisted()) ? good() : warn('no')
  },
  async space({ navigator }) {
    if (!navigator.storage?.estimate) return unknown()
    const { usage, quota } = await navigator.storage.estimate()
    return quota - usage < LOW_BYTES ? warn('low', { bytes: quota - usage }) : good('good', { bytes: quota - usage })
  },
  async location({ navigator, isSecureContext }) {
    if (!navigator.geolocation || !isSecureContext) return bad('missing')
    const asked = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null)
    return { granted: good(), denied: bad('denied'), prompt: warn('prompt') }[asked?.state] ?? unknown()
  },
  async camera({ navigator }) {
    if (!navigator.mediaDevices?.enumerateDevices) return unknown()
    const devices = await navigator.mediaDevices.enumerateDevices()
    return devices.some(({ kind }) => kind === 'videoinput') ? good() : warn('missing')
  },
  async clock({ serverTime, now }) {
    const there = await serverTime()
    if (there === null) return unknown('offline')
    const minutes = Math.round((now() - there) / MINUTE_MS)
    if (Math.abs(minutes) < CLOCK_MINUTES) return good()
    return minutes > 0 ? bad('fast', { n: minutes }) : bad('slow', { n: -minutes })
  },
}

/** One check that breaks is a finding, not the end of the others. @returns {Promise<Finding>} */
export async function check(name, phone) {
  try {
    return await CHECKS[name](phone)
  } catch {
    return unknown()
  }
}

/** What the server's clock shows, as every answer of it says, or null without one. */
export async function serverTime() {
  const answer = await fetch('/healthz', { cache: 'no-store', credentials: 'omit' }).catch(() => null)
  const isOurs = answer?.ok && answer.headers.get('Content-Type')?.startsWith('application/json')
  return isOurs ? Date.parse(answer.headers.get('Date')) : null
}
