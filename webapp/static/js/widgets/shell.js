import { inject } from 'vue'

/**
 * What the app lends to its pages: preferences, sync state, the offered update, durable storage, and `salvage`, which loads
 * recovery and rescue. Pages in a lazy chunk take it from here: a module shared by two lazy chunks cannot stay in the
 * classic entry (classic-entry.js).
 */
export const shellKey = Symbol('shell')

export const useShell = () => inject(shellKey)
