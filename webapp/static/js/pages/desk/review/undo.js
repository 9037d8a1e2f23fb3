const SHOWN_MS = 10_000

/** The undo bar goes after ten seconds, unless somebody is about to use it; the capture's own page can still reopen. */
export function undoBar() {
  const bar = document.querySelector('[data-undo]')
  if (!bar) return
  const leave = () => (bar.matches(':hover, :focus-within') ? setTimeout(leave, 1000) : bar.remove())
  setTimeout(leave, SHOWN_MS)
}
