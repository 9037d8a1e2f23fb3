/** Open and close the dialogs of a page; one that a refused form left open opens again by itself. */
export function dialogs() {
  for (const button of document.querySelectorAll('[data-open]')) {
    button.addEventListener('click', () => document.getElementById(button.dataset.open).showModal())
  }
  for (const button of document.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => button.closest('dialog').close())
  }
  document.querySelector('[data-help]')?.addEventListener('click', () => document.getElementById('help-dialog').showModal())
  document.querySelector('dialog[data-show-now]')?.showModal()
}
