import { inject } from 'vue'

/**
 * What a form is given by the page around it.
 * @typedef {{confirmed: Set<string>, asked: boolean, pictures: {busy: boolean, trouble: string|null, before: () => Promise<unknown>,
 *   add: (file: Blob, kind: string) => Promise<string|null>, drop: (name: string) => Promise<unknown>, url: (name: string) => Promise<string|null>},
 *   confirm: (questions: import('./question.js').Question[]) => void, touched: (question: import('./question.js').Question) => void,
 *   go: (at: string) => void, filling: import('./engine.js').Filling}} Host asked: finish was tapped, what is missing is marked
 */
export const hostKey = Symbol('form')

/** @returns {Host} */
export const useHost = () => inject(hostKey)
