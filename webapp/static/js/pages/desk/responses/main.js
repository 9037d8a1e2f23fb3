// The desk of filled-in questionnaires. Every page works without this script; with it the hands stay on the keyboard.
import '../../../../css/review.css'
import '../../../../css/responses.css'
import { dialogs } from '../review/dialogs.js'
import { keys } from '../review/keys.js'
import { undoBar } from '../review/undo.js'
import { changedOnly } from './changed.js'

dialogs()
keys()
undoBar()
changedOnly()

for (const select of document.querySelectorAll('[data-filters] select, [data-with] select')) {
  select.addEventListener('change', () => select.form.requestSubmit())
}
