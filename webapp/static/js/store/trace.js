const NAME = 'hetu.device'

/**
 * Which device this browser was, kept beside the database: most browsers that clear a full or forgotten
 * store leave this, so that the phone notices what it has lost. Holds no personal data.
 */
export const leaveTrace = (deviceId) => globalThis.localStorage?.setItem(NAME, deviceId)

/** @returns {string|null} */
export const readTrace = () => globalThis.localStorage?.getItem(NAME) ?? null

/** Another tab of this browser has cleared the phone. @param {() => void} listener */
export const onErasedTrace = (listener) => addEventListener('storage', ({ key, newValue }) => key === NAME && newValue === null && listener())

/** Cleared on purpose: nothing is missed. */
export const eraseTrace = () => globalThis.localStorage?.removeItem(NAME)
