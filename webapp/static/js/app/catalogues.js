const FILE = /([a-z_]+)\.(zh|en)\.json$/

/** { './messages/tasks.zh.json': {...} } → { zh: { tasks: {...} }, en: {...} } */
export function mergeCatalogues(files) {
  const merged = { zh: {}, en: {} }
  for (const [path, messages] of Object.entries(files)) {
    const [, feature, locale] = FILE.exec(path)
    merged[locale][feature] = messages
  }
  return merged
}
