/** Pages that are opened rarely, as one lazy chunk. */
export { default as CheckPage } from '../pages/field/check/CheckPage.vue'
export { default as RescuePage } from '../pages/field/rescue/RescuePage.vue'
export { default as BrokenStore } from './BrokenStore.vue'
