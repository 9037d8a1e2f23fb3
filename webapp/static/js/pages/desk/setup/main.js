import '../../../../css/setup.css'

for (const select of document.querySelectorAll('.filters select')) {
  select.addEventListener('change', () => select.form.requestSubmit())
}
for (const role of document.querySelectorAll('select[name="role"]')) showUnit(role)

/** The unit is asked for only where the role has one. */
function showUnit(role) {
  const unit = role.form.querySelector('select[name="unit"]')?.closest('.field')
  if (!unit) return
  const follow = () => { unit.hidden = role.value !== 'unit' }
  role.addEventListener('change', follow)
  follow()
}
