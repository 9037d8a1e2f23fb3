/** Say that a file is too large before it is sent: the server can only hang up on it. */
export function refuseTooLarge(field) {
  const notice = document.getElementById(field.dataset.notice)
  const tooLarge = () => field.files.length > 0 && field.files[0].size > Number(field.dataset.limitBytes)
  field.addEventListener('change', () => { notice.hidden = !tooLarge() })
  field.form.addEventListener('submit', (event) => tooLarge() && event.preventDefault())
}
