/** One step back inside the app; a page opened by a link or a cold start has no step, so it names its parent. */
export function goBack(router, parent) {
  if (history.state?.back) router.back()
  else router.replace(parent)
}

/** Leave this page and the one it was opened from: the next Back leads to the list, not to a finished form. */
export function leaveTo(router, target) {
  if (!history.state?.back) return router.replace(target)
  const stop = router.afterEach(() => {
    stop()
    router.replace(target)
  })
  router.back()
}
