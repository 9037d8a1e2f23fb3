/**
 * Keeps the page up to date and moves between its addresses without a new load. The server's own page is the only
 * source: its parts marked data-live are put in place of ours, so every address also works by itself, and without this file.
 * data-live="data" follows the figures; data-live="page" changes only when the address does.
 */

const EVERY_MS = 30_000
const CHINA = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' })

/** @returns {{show: (href: string, how?: {push?: boolean}) => Promise<void>, onChange: (listener: () => void) => void}} */
export function startLive() {
  const listeners = new Set()
  let tag = null
  let turn = 0
  let newest = Date.now()

  async function fetchPage(href, headers) {
    const response = await fetch(href, { headers, credentials: 'same-origin' })
    if (response.redirected && new URL(response.url).pathname === '/login') throw new SignedOut()
    if (response.status !== 304 && !response.ok) throw new Error(`${response.status}`)
    return response
  }

  async function refresh() {
    const mine = turn
    try {
      const response = await fetchPage(window.location.href, tag ? { 'If-None-Match': tag } : {})
      const page = response.status === 304 ? null : await response.text()
      if (mine !== turn) return
      if (page) put(page, '[data-live="data"]', response)
      said(response)
    } catch (error) {
      if (mine === turn) lost(error)
    }
  }

  function put(page, parts, response) {
    tag = response.headers.get('ETag')
    swap(new DOMParser().parseFromString(page, 'text/html'), parts)
    for (const listener of listeners) listener()
  }

  function said(response) {
    newest = Date.now()
    const date = new Date(response.headers.get('Date') ?? newest)
    tell('updated', CHINA.format(date))
  }

  function lost(error) {
    tell(error instanceof SignedOut ? 'signedOut' : 'lost', CHINA.format(new Date(newest)))
  }

  async function show(href, { push = true } = {}) {
    turn += 1
    const mine = turn
    document.body.setAttribute('aria-busy', 'true')
    try {
      const response = await fetchPage(href, {})
      const page = await response.text()
      if (mine !== turn) return
      const elsewhere = areaOf(href) !== areaOf(window.location.href)
      if (push) window.history.pushState(null, '', href)
      put(page, '[data-live]', response)
      if (push && elsewhere) window.scrollTo(0, 0)
      said(response)
    } catch {
      // the browser's own load says best what is wrong
      window.location.assign(href)
    } finally {
      document.body.removeAttribute('aria-busy')
    }
  }

  listenToLinks(show)
  listenToForms(show)
  window.addEventListener('popstate', () => show(window.location.href, { push: false }))
  setInterval(() => document.visibilityState === 'visible' && refresh(), EVERY_MS)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && Date.now() - newest > EVERY_MS) refresh()
  })
  window.addEventListener('online', refresh)
  return { show, onChange: (listener) => listeners.add(listener) }
}

const areaOf = (href) => new URL(href, window.location.href).searchParams.get('area')

class SignedOut extends Error {}

function tell(kind, time) {
  const line = document.getElementById('freshness')
  const words = line.dataset[kind].replace('{time}', time)
  line.classList.toggle('freshness-lost', kind !== 'updated')
  if (line.textContent !== words) line.textContent = words
}

/** Put the parts of a fetched page in place of ours; the focus stays on what it was on. */
function swap(page, parts) {
  const focused = placeOf(document.activeElement)
  document.title = page.title
  for (const old of document.querySelectorAll(parts)) {
    const fresh = page.getElementById(old.id)
    if (!fresh || fresh.isEqualNode(old) || isTypedIn(old)) continue
    if (fresh.tagName === 'DETAILS') fresh.open = old.open
    old.replaceWith(document.importNode(fresh, true))
  }
  if (focused && !focused.isConnected) (focused.again() ?? document.getElementById('main')).focus({ preventScroll: true })
}

function placeOf(element) {
  if (!element || element === document.body) return null
  const selector = element.id ? `#${CSS.escape(element.id)}` : `a[href="${CSS.escape(element.getAttribute('href') ?? '')}"]`
  return {
    get isConnected() {
      return element.isConnected
    },
    again: () => document.querySelector(selector),
  }
}

const isTypedIn = (part) => part.contains(document.activeElement) && document.activeElement.type === 'search'

/** @param {string} href */
const isOurs = (href) => {
  const url = new URL(href, window.location.href)
  return url.origin === window.location.origin && url.pathname === window.location.pathname
}

function listenToLinks(show) {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!link || !plain || event.defaultPrevented || 'plain' in link.dataset || link.target || !isOurs(link.href)) return
    if (link.hash) return
    event.preventDefault()
    show(link.href)
  })
}

function listenToForms(show) {
  document.addEventListener('submit', (event) => {
    if (!('show' in event.target.dataset)) return
    event.preventDefault()
    show(addressOf(event.target))
  })
  let waiting = 0
  document.addEventListener('input', (event) => {
    const form = event.target.closest?.('form[data-search]')
    if (!form) return
    clearTimeout(waiting)
    waiting = setTimeout(() => show(addressOf(form), { push: false }).then(() => remember(form)), 350)
  })
}

/** While somebody types, the address follows, but the back button does not fill up with half words. */
const remember = (form) => window.history.replaceState(null, '', addressOf(form))

/** @param {HTMLFormElement} form */
function addressOf(form) {
  const url = new URL(form.action, window.location.href)
  const given = [...new FormData(form)].filter(([, value]) => value !== '')
  url.search = new URLSearchParams(given).toString()
  return url.href
}
