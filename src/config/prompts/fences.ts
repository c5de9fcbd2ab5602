/** Tells the lines of a Markdown text that stand in a code fence. */

export type TextLine = {
  readonly text: string
  /** From 1. */
  readonly number: number
  /** In a code fence, or one of the lines that make it. */
  readonly fenced: boolean
}

export function textLines(text: string): readonly TextLine[] {
  let open: string | undefined
  return text.split(/\r\n|\n|\r/).map((line, i) => {
    const found = /^ {0,3}(`{3,1000}|~{3,1000})(.*)$/.exec(line)
    const [, run = '', info = ''] = found ?? []
    const wasOpen = open !== undefined
    if (open === undefined) {
      // A back-tick in the same line makes it code within a line.
      if (run !== '' && !(run.startsWith('`') && info.includes('`'))) open = run
    } else if (run.startsWith(open) && info.trim() === '') open = undefined
    return { text: line, number: i + 1, fenced: wasOpen || open !== undefined }
  })
}
