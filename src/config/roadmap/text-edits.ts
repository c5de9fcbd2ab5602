/** Replaces parts of a text, all at once. */

/** Offsets; where `from` is `to`, something is put between. */
export type TextEdit = { readonly from: number; readonly to: number; readonly text: string }

/** Parts must not overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = []
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    parts.push(text.slice(at, edit.from), edit.text)
    at = edit.to
  }
  return [...parts, text.slice(at)].join('')
}
