/** Preloaded into every phone of a soak that must fail: what was on the wire when the answer got lost counts as done. */
import { register } from 'node:module'

const TRUE = 'await putBack(ids, '
const FALSE = `if (answer.kind === 'offline') await settleOps(ids.map((id) => ({ id, status: 'superseded', problem: null })))
  else ${TRUE}`

register(`data:text/javascript,${encodeURIComponent(`
  export async function load(url, context, next) {
    const loaded = await next(url, context)
    if (!url.endsWith('/js/sync/push.js')) return loaded
    const source = String(loaded.source)
    if (!source.includes(${JSON.stringify(TRUE)})) throw new Error('push.js has changed: break it anew')
    return { ...loaded, source: source.replace(${JSON.stringify(TRUE)}, ${JSON.stringify(FALSE)}) }
  }
`)}`)
