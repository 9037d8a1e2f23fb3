/** A digit chooses in every group at once; writing another value chooses it. */
export function choices() {
  const groups = [...document.querySelectorAll('[data-choose]')]
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
    if (event.target.closest('input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]')) return
    const place = Number(event.key) - 1
    const chosen = groups.map((group) => group.querySelectorAll('input[type=radio]')[place]).filter(Boolean)
    chosen.forEach((radio) => { radio.checked = true })
    if (chosen.length) chosen[0].focus()
  })
  for (const value of document.querySelectorAll('[data-other]')) {
    const choose = () => { value.closest('[data-choose]').querySelector('input[value=other]').checked = true }
    value.addEventListener('input', choose)
    value.addEventListener('change', choose)
  }
}
