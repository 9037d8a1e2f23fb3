/** Pages that are opened rarely, as one lazy chunk. */
export { default as CheckPage } from '../pages/field/check/CheckPage.vue'
export { default as EditNews } from '../pages/field/edit/EditNews.vue'
export { default as EditForm } from '../pages/field/edit/EditForm.vue'
export { default as RescuePage } from '../pages/field/rescue/RescuePage.vue'
export { default as ScanPage } from '../pages/field/scan/ScanPage.vue'
export { default as ForgottenPanel } from '../pages/field/vault/ForgottenPanel.vue'
export { default as SecretPage } from '../pages/field/vault/SecretPage.vue'
export { default as BrokenStore } from './BrokenStore.vue'
