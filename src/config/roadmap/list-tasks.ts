/** Tasks from a list: an item with a box and an id each; what is nested in it belongs to it. */
import type { List, ListItem } from 'mdast'
import type { Failure, Place } from '../../model/failure.ts'
import { bothLinesOf, linesOf, startOf, textOf, type MarkdownSource } from './markdown-source.ts'
import { boxOf } from './status-words.ts'
import { newDraft, toldLine, type TaskDraft } from './task-draft.ts'
import type { DraftsRead } from './table-tasks.ts'
import { taskNameOf, type TaskName } from './task-name.ts'

/** Up to the mark in a box, which may stand behind HTML, or within emphasis. */
const boxAt = /^(?:<[^>]*>|[*_])*\[(?=[ xX~/-]\])/

/** `named`: what an item with a box is called that has no id; undefined: it is no task. */
export function listTasks(source: MarkdownSource, list: List, named: (title: string) => TaskName | undefined = () => undefined): DraftsRead {
  const drafts: TaskDraft[] = []
  const notes: Failure[] = []
  const boxless: Failure[] = []
  for (const item of list.children) {
    const [head, ...below] = item.children
    const box = head?.type === 'paragraph' ? boxOf(linesOf(head).join('\n')) : undefined
    if (head?.type !== 'paragraph') continue
    if (box === undefined) {
      const name = taskNameOf(linesOf(head)[0] ?? '')
      if (name !== undefined) boxless.push(withoutBox(name, source.placeOf(item)))
      continue
    }
    const [first = ''] = box.rest.split('\n')
    const name = taskNameOf(first) ?? named(first)
    if (name === undefined) continue
    const draft = newDraft(name.id, name.title, source.placeOf(item))
    draft.said = box.said
    const at = boxAt.exec(source.raw(head, head))?.[0].length
    if (at !== undefined) draft.spot = { kind: 'box', from: startOf(head) + at, to: startOf(head) + at + 1 }
    for (const line of bothLinesOf(source, head).slice(1)) notes.push(...toldLine(draft, line, source.placeOf(head)))
    for (const node of below) {
      if (node.type === 'list') notes.push(...nested(source, draft, node))
      else draft.texts.push(source.raw(node, node))
    }
    drafts.push(draft)
  }
  // Where there is no box at all, it is a list about tasks, not of them.
  return { drafts, notes: drafts.length === 0 ? notes : [...notes, ...boxless] }
}

const withoutBox = ({ id, title }: TaskName, place: Place): Failure => ({
  type: 'roadmap.unsure',
  what: `this item is no task: '${`${id}: ${title}`.slice(0, 60)}' has no box`,
  hint: 'Write "- [ ]" before it, if it is one.',
  place,
})

/** Lists below a task: boxes are criteria, "key: value" is said of it, all else is its text. */
export function nested(source: MarkdownSource, draft: TaskDraft, list: List): readonly Failure[] {
  const notes: Failure[] = []
  for (const item of list.children) {
    const [head, ...below] = item.children
    if (head?.type !== 'paragraph') {
      draft.texts.push(source.raw(item, item))
      continue
    }
    const lines = linesOf(head)
    const box = boxOf(lines.join(' '))
    const criteria = /^(?:acceptance )?criteria:?$|^done when:?$/i.test(lines.join(' ')) ? below.find((node) => node.type === 'list') : undefined
    if (box !== undefined) draft.criteria.push(withBelow(box.rest, below))
    else if (criteria !== undefined) draft.criteria.push(...criteria.children.map(plainItem))
    else if (below.length > 0) draft.texts.push(source.raw(item, item))
    else {
      // However often it is wrapped, it says one thing.
      const raw = source.raw(head, head)
      notes.push(...toldLine(draft, { plain: lines.join(' '), raw: raw.split(/\s*[\r\n]\s*/).join('\n') }, source.placeOf(item)))
    }
  }
  return notes
}

const withBelow = (text: string, below: ListItem['children']): string => [text, ...below.map(textOf)].join(' ').replace(/\s+/g, ' ').trim()
const plainItem = (item: ListItem): string => boxOf(textOf(item))?.rest ?? textOf(item)
