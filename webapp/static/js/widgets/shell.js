import { inject } from 'vue'

/** What the app lends to its pages: preferences, sync state, the offered update, durable storage. */
export const shellKey = Symbol('shell')

export const useShell = () => inject(shellKey)
