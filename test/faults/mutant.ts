/** A Mutant is pawl with one promise broken on purpose: a piece of text of one file, and what stands there instead. */

export type Mutant = {
  readonly id: string
  /** The row that must notice. */ readonly row: string
  readonly file: string
  /** Must occur exactly once. */ readonly find: string
  readonly replace: string
}

/** Throws when the text is not there exactly once: then the mutant would break nothing, or something else. */
export function mutantIn(source: string, { id, file, find, replace }: Mutant): string {
  const parts = source.split(find)
  if (parts.length !== 2) throw new Error(`mutant ${id}: its text stands ${parts.length - 1} times in ${file}`)
  return parts.join(replace)
}

/** The first promise that was found broken, or the end of what was said. */
export function lastWords(text: string): string {
  const broken = /^ +✗ (.*)$/m.exec(text)?.[1]
  return (broken ?? text.trim().split('\n').at(-1) ?? '').replace(/\/tmp\/[\w.-]+/g, '…').slice(0, 120)
}
