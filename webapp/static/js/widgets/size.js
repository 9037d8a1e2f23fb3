const MB = 1024 * 1024

/** Bytes as people read them. @param {'zh'|'en'} locale */
export function sizeWords(bytes, locale) {
  const [unit, value] = bytes < 1024 * MB ? ['megabyte', bytes / MB] : ['gigabyte', bytes / MB / 1024]
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
}
