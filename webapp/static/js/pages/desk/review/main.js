// The review desk. Every page works without this script; with it the hands stay on the keyboard.
import '../../../../css/review.css'
import { batches } from './batch.js'
import { dialogs } from './dialogs.js'
import { keys } from './keys.js'
import { photos } from './photos.js'
import { undoBar } from './undo.js'

batches()
dialogs()
photos()
keys()
undoBar()

for (const select of document.querySelectorAll('[data-filters] select')) {
  select.addEventListener('change', () => select.form.requestSubmit())
}
if (document.getElementById('map')) import('./map.js').then(({ drawMap }) => drawMap())
