import { hasForms } from '../store/forms.js'
import { formPages } from './router.js'

/** While a person reads the list: on a slow phone the engine alone takes a second to start. Only where there is a form to open. */
export async function warmForms(messages) {
  if (!(await hasForms().catch(() => false))) return
  await idle()
  await formPages(messages).then(({ warmEngine }) => warmEngine()).catch(() => null) // offline and not kept yet: it is fetched when needed
}

const idle = () => new Promise((resolve) => (globalThis.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 10_000 }) : setTimeout(resolve)))
