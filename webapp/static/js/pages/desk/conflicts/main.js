// The desk of conflicts. Every page works without this script; with it the hands stay on the keyboard.
import '../../../../css/review.css'
import '../../../../css/conflicts.css'
import { dialogs } from '../review/dialogs.js'
import { keys } from '../review/keys.js'
import { undoBar } from '../review/undo.js'
import { choices } from './choices.js'

dialogs()
keys()
undoBar()
choices()

for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print())
for (const select of document.querySelectorAll('[data-filters] select')) {
  select.addEventListener('change', () => select.form.requestSubmit())
}
if (document.getElementById('map')) import('../review/map.js').then(({ drawMap }) => drawMap())
