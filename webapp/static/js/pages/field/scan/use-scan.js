import { onBeforeUnmount, onMounted, reactive, ref } from 'vue'

import { readPaperCode } from '../../../rules/paper-code.js'
import { openCamera, whyNoCamera } from './camera.js'
import { squareReader } from './square-reader.js'

const LOOK_EVERY_MS = 150

/**
 * Looks through the camera as long as the page is shown. `onCode` gets what a square says, once for each new one.
 * @returns `video` goes onto the element; `state`: starting | looking | denied | busy | absent
 */
export function useScan(onCode) {
  const video = ref(null)
  const scan = reactive({ state: 'starting', hasTorch: false, lit: false })
  let camera = null
  let turn = 0 // a camera that comes after it was given up is closed again

  async function start() {
    const mine = ++turn
    scan.state = 'starting'
    try {
      const [opened, read] = await Promise.all([openCamera(video.value), squareReader()])
      if (mine !== turn) return opened.close()
      camera = opened
      Object.assign(scan, { state: 'looking', hasTorch: opened.hasTorch, lit: false })
      look(mine, read)
    } catch (error) {
      if (mine === turn) scan.state = whyNoCamera(error)
    }
  }

  async function look(mine, read) {
    let last = null
    while (mine === turn) {
      const text = await read(video.value).catch(() => null)
      if (text && text !== last && mine === turn) onCode(readPaperCode((last = text)))
      await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS))
    }
  }

  function stop() {
    turn += 1
    camera?.close()
    camera = null
  }

  async function light() {
    await camera?.light(!scan.lit).then(() => { scan.lit = !scan.lit }, () => { scan.hasTorch = false })
  }

  const turnWithPage = () => (document.hidden ? stop() : start())
  onMounted(() => {
    document.addEventListener('visibilitychange', turnWithPage)
    start()
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', turnWithPage)
    stop()
  })
  return { video, scan, start, light }
}
