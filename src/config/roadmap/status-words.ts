/** What a status cell says: its sign first, then its word. The legend and the cells of real roadmaps use other words for the same sign. */
import type { SaidStatus } from '../../model/roadmap.ts'

const signs: readonly (readonly [RegExp, SaidStatus])[] = [
  [/✅|✔|☑|🟢/u, 'done'],
  [/🔶|🟡|🟠|🚧|⏳|⚠|🔄/u, 'partial'],
  [/❌|✗|✘|⬜|⚪|🔲|🔴|☐|⛔/u, 'open'],
]
const words: readonly (readonly [RegExp, SaidStatus])[] = [
  [/^(?:not[ -](?:started|done|begun)|incomplete|needed|needs|open|to[ -]?do|pending|planned|missing|none|no|new|backlog|-|–|—)$/i, 'open'],
  [/^(?:partial(?:ly)?(?:[ -]done)?|in[ -]progress|wip|started|begun|ongoing|half)$/i, 'partial'],
  [/^(?:done|complete[d]?|finished|shipped|implemented|landed|yes|x)$/i, 'done'],
]

/** Undefined: nobody knows the word. A blank cell says that nothing is done. */
export function statusOf(cell: string): SaidStatus | undefined {
  const text = cell.trim()
  const sign = signs.find(([pattern]) => pattern.test(text))
  if (sign !== undefined) return sign[1]
  return text === '' ? 'open' : words.find(([pattern]) => pattern.test(text))?.[1]
}

/** "[ ]", "[x]", "[~]" and what follows; undefined: the line begins with no box. */
export function boxOf(line: string): { readonly said: SaidStatus; readonly rest: string } | undefined {
  const [, mark, rest = ''] = /^\[([ xX~/-])\][ \t]+([^]*)$/.exec(line) ?? []
  if (mark === undefined) return undefined
  return { said: mark === ' ' ? 'open' : mark === 'x' || mark === 'X' ? 'done' : 'partial', rest }
}

export const boxMarks: Readonly<Record<SaidStatus, string>> = { done: 'x', partial: '~', open: ' ' }
export const usualCells: Readonly<Record<SaidStatus, string>> = { done: '✅ Done', partial: '🔶 Partial', open: '❌ Needed' }
