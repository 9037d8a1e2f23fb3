const WANTED = { audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } } }
/** Why there is no picture, by what the browser calls it; anything else: no camera that can be used. */
const REASONS = { NotAllowedError: 'denied', SecurityError: 'denied', NotReadableError: 'busy', AbortError: 'busy' }

/**
 * The camera at the back, shown in this element.
 * @returns {Promise<{hasTorch: boolean, light: (on: boolean) => Promise<void>, close: () => void}>}
 */
export async function openCamera(video, devices = navigator.mediaDevices) {
  const stream = await devices.getUserMedia(WANTED)
  const [track] = stream.getVideoTracks()
  video.srcObject = stream
  await video.play()
  return {
    hasTorch: Boolean(track.getCapabilities?.().torch),
    light: (on) => track.applyConstraints({ advanced: [{ torch: on }] }),
    close: () => stream.getTracks().forEach((each) => each.stop()),
  }
}

/** @returns {'denied'|'busy'|'absent'} */
export const whyNoCamera = (error) => REASONS[error?.name] ?? 'absent'
