/** A key presses the button or follows the link that names it in data-key; never while somebody types. */
export function keys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
    if (event.target.closest('input:not([type=checkbox]), textarea, select, dialog[open]')) return
    const found = wantedBy(event.key.toLowerCase())
    if (!found) return
    event.preventDefault()
    found.click()
  })
}

function wantedBy(key) {
  if (key === '?') return document.querySelector('[data-help]')
  if (key === 'z') return document.querySelector('[data-undo] button')
  if (key === 'p') return document.querySelector('figure:not([hidden]) [data-zoom]')
  return /^[a-z]$/.test(key) ? document.querySelector(`[data-key="${key}"]`) : null
}
