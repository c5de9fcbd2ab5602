/** Measures and cuts text by the columns that it takes on a terminal. */

/** Glyphs of ours that take one column everywhere we know; they must not make us load the tables. */
const oneColumn = /[✓✗⧗↻·…│→▸█░]/g
const ascii = /^[\x00-\x7f]*$/
const bun = (globalThis as { Bun?: { stringWidth?: (text: string) => number } }).Bun
let exactWidth: ((text: string) => number) | undefined = bun?.stringWidth
let loading: Promise<void> | undefined

/** Exact for ASCII and once the tables are loaded; until then it never says too little. Expects text without controls. */
export function textWidth(text: string): number {
  if (ascii.test(text) || ascii.test(text.replace(oneColumn, ' '))) return text.length
  if (exactWidth !== undefined) return exactWidth(text)
  void loadWidths()
  return Array.from(text).reduce((sum, char) => sum + (ascii.test(char) ? 1 : 2), 0)
}

/** Loads the width tables, which cost some milliseconds: only done when other than ASCII was seen. */
export function loadWidths(): Promise<void> {
  loading ??= load()
  return loading
}

async function load(): Promise<void> {
  const { default: stringWidth } = await import('string-width')
  exactWidth ??= stringWidth
}

/** At most `columns` wide; what is cut ends with "…". */
export function shortened(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (textWidth(text) <= columns) return text
  if (ascii.test(text)) return `${text.slice(0, columns - 1)}…`
  let kept = ''
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += textWidth(segment)
    if (width > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}
