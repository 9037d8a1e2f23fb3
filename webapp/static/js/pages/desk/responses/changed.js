/** Leave only what differs on the page; sections without any go too. The choice stays while the tab is open. */
export function changedOnly() {
  const box = document.querySelector('[data-changed-only]')
  if (!box) return

  function show() {
    sessionStorage.setItem('changed-only', box.checked ? '1' : '')
    document.querySelector('[data-answers]').classList.toggle('changed-only', box.checked)
  }

  box.closest('label').hidden = false
  box.checked = sessionStorage.getItem('changed-only') === '1'
  box.addEventListener('change', show)
  show()
}
