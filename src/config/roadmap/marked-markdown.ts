/** Writes statuses into a roadmap in Markdown: the cell or the box of each task, and not a byte besides. */
import type { SaidStatus } from '../../model/roadmap.ts'
import { draftsIn } from './markdown-roadmap.ts'
import { markdownSource } from './markdown-source.ts'
import { boxMarks, statusOf, usualCells } from './status-words.ts'
import type { TaskDraft } from './task-draft.ts'
import { edited } from './text-edits.ts'

/** By id of a task, without regard to case. What has no place for a status stays; so does a text that cannot be read. */
export function markedMarkdown(whole: string, marks: ReadonlyMap<string, SaidStatus>): string {
  const source = markdownSource(whole, 'roadmap')
  if (!source.ok) return whole
  const { text } = source.value
  const drafts = draftsIn(source.value)
  const wanted = new Map([...marks].map(([id, status]) => [id.toLowerCase(), status]))
  const spelled = spellings(text, drafts)
  const edits = drafts.flatMap(({ id, said, spot }) => {
    const status = wanted.get(id.toLowerCase())
    return status === undefined || spot === undefined || said === status ? [] : [{ ...spot, text: spot.kind === 'box' ? boxMarks[status] : spelled(status) }]
  })
  const marked = edited(
    text,
    edits.map(({ from, to, text: mark }) => ({ from, to, text: padded(text, from, to, mark) })),
  )
  return whole.slice(0, whole.length - text.length) + marked
}

/** A document keeps its own spelling of a status, that of the first cell that has it. */
function spellings(text: string, drafts: readonly TaskDraft[]): (status: SaidStatus) => string {
  const known = new Map<SaidStatus, string>()
  for (const { spot } of drafts) {
    const cell = spot?.kind === 'cell' ? text.slice(spot.from, spot.to) : ''
    const status = cell === '' ? undefined : statusOf(cell)
    if (status !== undefined && !known.has(status)) known.set(status, cell)
  }
  return (status) => known.get(status) ?? usualCells[status]
}

/** A blank cell has no place of its own: the mark is put before the bar. */
const padded = (text: string, from: number, to: number, mark: string): string =>
  from < to ? mark : `${text[from - 1] === ' ' ? '' : ' '}${mark}${text[from] === '|' ? ' ' : ''}`
