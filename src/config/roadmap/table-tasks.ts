/** Tasks from a table: a row each, columns by their names. */
import type { Table, TableCell, TableRow } from 'mdast'
import type { Failure, Place } from '../../model/failure.ts'
import { endOf, startOf, textOf, type MarkdownSource } from './markdown-source.ts'
import { newDraft, told, type TaskDraft } from './task-draft.ts'
import { isTaskId, taskNameOf } from './task-name.ts'
import { asWritten, isOfNames, keyNamed, type Key } from './task-words.ts'

export type DraftsRead = { readonly drafts: readonly TaskDraft[]; readonly notes: readonly Failure[] }

/** Undefined: its first column is no column of tasks. */
export function tableTasks(source: MarkdownSource, { children }: Table): DraftsRead | undefined {
  const [header, ...rows] = children
  const names = (header?.children ?? []).map(textOf)
  const columns = columnsOf(names)
  if (columns === undefined) return undefined
  const read = rows.map((row) => rowTask(source, row, columns))
  return { drafts: read.flatMap(({ drafts }) => drafts), notes: read.flatMap(({ notes }) => notes) }
}

type Columns = { readonly name: number; readonly id?: number; readonly keys: readonly (Key | undefined)[] }

function columnsOf(names: readonly string[]): Columns | undefined {
  const at = (pattern: RegExp): number => names.findIndex((name) => pattern.test(name.trim()))
  const name = at(/^(?:feature|task|title|work|item)s?$/i)
  // A table of groups is a summary.
  if (name === -1 || at(/^(?:group|phase)s?$/i) !== -1) return undefined
  const id = at(/^(?:id|#|no\.?)$/i)
  return { name, ...(id === -1 || id === name ? {} : { id }), keys: names.map((one, i) => (i === name || i === id ? undefined : keyNamed(one))) }
}

function rowTask(source: MarkdownSource, row: TableRow, { name, id: idAt, keys }: Columns): DraftsRead {
  const cells = row.children
  const text = (i: number | undefined): string => (i === undefined || cells[i] === undefined ? '' : textOf(cells[i]))
  const named =
    idAt === undefined ? taskNameOf(text(name)) : isTaskId(text(idAt)) && text(name) !== '' ? { id: text(idAt).trim(), title: text(name) } : undefined
  const place = source.placeOf(row)
  if (named === undefined) {
    const said = text(name)
    return {
      drafts: [],
      notes: said === '' ? [] : [{ type: 'roadmap.unsure', what: `this row is no task: '${said.slice(0, 60)}' is not called like "A1: title"`, place }],
    }
  }
  const draft = newDraft(named.id, named.title, place)
  const notes = cells.flatMap((cell, i): readonly Failure[] => {
    const key = keys[i]
    if (key === undefined) return []
    const spot = spotOf(cell)
    if (key === 'status') draft.spot = spot
    return told(
      draft,
      key,
      key === 'text' || isOfNames(key) ? asWritten(source.text.slice(spot.from, spot.to)) : textOf(cell),
      source.placeOf(cell.children[0] ?? cell),
    )
  })
  return { drafts: [draft], notes: [...notes, ...endsEarly(draft, cells.length, keys, place)] }
}

/** There is no cell that a status could be written into. */
function endsEarly({ id }: TaskDraft, cells: number, keys: Columns['keys'], place: Place): readonly Failure[] {
  const status = keys.indexOf('status')
  if (status < cells) return []
  return [
    {
      type: 'roadmap.unsure',
      what: `the row of ${id} ends before its status`,
      why: 'it counts as open, and pawl cannot mark it',
      hint: 'Write the cell, if only a blank one.',
      place,
    },
  ]
}

/** Without the bars and blanks around it. */
function spotOf(cell: TableCell): TaskDraft['spot'] & {} {
  const [first, last] = [cell.children[0], cell.children.at(-1)]
  return first === undefined || last === undefined
    ? { kind: 'cell', from: endOf(cell), to: endOf(cell) }
    : { kind: 'cell', from: startOf(first), to: endOf(last) }
}
