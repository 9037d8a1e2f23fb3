// What every desk page loads: the look and htmx. htmx would need eval for its hx-on; it stays off.
import 'bootstrap/dist/css/bootstrap.min.css'
import '../../../css/desk.css'
import '../../../css/lists.css'
import '../../../css/paper-sheet.css'
import htmx from 'htmx.org'

htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false

for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print())
