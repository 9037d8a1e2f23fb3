/** Ticking rows: all of the page at once, and a count on the button, which sleeps while nothing is ticked. */
export function batches() {
  const form = document.querySelector('[data-batch]')
  const all = form?.querySelector('[data-tick-all]')
  if (!all) return
  const rows = [...form.querySelectorAll('input[name="id"]')]
  const go = form.querySelector('[data-tick-go]')

  function count() {
    const ticked = rows.filter((row) => row.checked).length
    go.disabled = ticked === 0
    form.querySelector('[data-tick-count]').textContent = ticked || ''
    all.checked = ticked > 0 && ticked === rows.length
    all.indeterminate = ticked > 0 && ticked < rows.length
  }

  all.disabled = rows.length === 0
  all.addEventListener('change', () => {
    for (const row of rows) row.checked = all.checked
    count()
  })
  form.addEventListener('change', count)
  count()
}
