/** One photo at a time, large; a click opens it at full size, where the arrow keys turn the pages. */
export function photos() {
  const stage = document.querySelector('[data-photos]')
  if (!stage) return
  const figures = [...stage.querySelectorAll('figure')]
  const thumbs = [...stage.querySelectorAll('[data-show]')]
  const zoom = document.getElementById('zoom-dialog')
  let shown = 0

  function show(index) {
    shown = (index + figures.length) % figures.length
    figures.forEach((figure, i) => { figure.hidden = i !== shown })
    thumbs.forEach((thumb, i) => thumb.toggleAttribute('aria-current', i === shown))
  }

  function fill() {
    const image = figures[shown].querySelector('img')
    zoom.querySelector('img').hidden = !image
    if (image) Object.assign(zoom.querySelector('img'), { src: image.src, alt: image.alt })
    zoom.querySelector('.zoom-words').textContent = figures[shown].querySelector('figcaption').textContent
  }

  function turn(step) {
    show(shown + step)
    fill()
  }

  thumbs.forEach((thumb, i) => thumb.addEventListener('click', () => show(i)))
  for (const button of stage.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', () => { fill(); zoom.showModal() })
  }
  for (const button of zoom.querySelectorAll('[data-turn]')) {
    button.hidden = figures.length < 2
    button.addEventListener('click', () => turn(Number(button.dataset.turn)))
  }
  zoom.querySelector('img').addEventListener('click', (event) => event.target.classList.toggle('full'))
  zoom.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step) turn(step)
  })
}
