const KEEP_URL_MS = 60_000

/**
 * Hand a file to another app, or put it into the phone's downloads where the browser cannot or will not.
 * @param {File} file
 * @returns {Promise<'shared'|'saved'|'dismissed'>} dismissed: the person closed the list of apps
 */
export async function shareOrSave(file) {
  if (navigator.canShare?.({ files: [file] })) {
    try {
      await navigator.share({ files: [file], title: file.name })
      return 'shared'
    } catch (error) {
      if (error.name === 'AbortError') return 'dismissed'
    }
  }
  save(file)
  return 'saved'
}

function save(file) {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: file.name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_URL_MS)
}
