/** Questionnaires, as one lazy chunk; their engine is another. */
export { default as FormPage } from '../pages/field/form/FormRoute.vue'
export { default as FormsCard } from '../pages/field/form/FormsCard.vue'

export const warmEngine = () => import('../forms/engine.js')
