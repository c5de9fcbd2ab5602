/** A task of a Markdown roadmap while it is read, with the place in the text where its status stands. */
import type { Failure, Place } from '../../model/failure.ts'
import type { RoadmapTask, SaidStatus } from '../../model/roadmap.ts'
import type { Line } from './markdown-source.ts'
import { statusOf } from './status-words.ts'
import { keyedLine, meantKey, say, type Key, type Said } from './task-words.ts'
import { contentOf, paragraphs } from './yaml-source.ts'

/** Offsets in the text: of all of a cell, or of the one character in a box. */
export type StatusSpot = { readonly kind: 'cell' | 'box'; readonly from: number; readonly to: number }

export type TaskDraft = {
  readonly id: string
  readonly title: string
  readonly place: Place
  said?: SaidStatus
  spot?: StatusSpot
  readonly words: Said
  readonly criteria: string[]
  /** Paragraphs. */
  readonly texts: string[]
}

export const newDraft = (id: string, title: string, place: Place): TaskDraft => ({ id, title, place, words: {}, criteria: [], texts: [] })

/** What a line or a cell says of the task. */
export function told(draft: TaskDraft, key: Key, value: string, place: Place): readonly Failure[] {
  if (key === 'text') draft.texts.push(value)
  else if (key === 'criteria')
    draft.criteria.push(
      ...value
        .split(/<br\s*\/?>|;\s+/)
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    )
  else if (key === 'status') return toldStatus(draft, value, place)
  else {
    const failure = say(draft.words, key, value, place)
    return failure === undefined ? [] : [failure]
  }
  return []
}

function toldStatus(draft: TaskDraft, value: string, place: Place): readonly Failure[] {
  const said = statusOf(value)
  draft.said = said ?? 'open'
  return said !== undefined ? [] : [{ type: 'roadmap.unsure', what: `nobody knows the status '${value}' of ${draft.id}`, why: 'it counts as open', place }]
}

/** A line below the task: a key with its value, the word "manual", or text. */
export function toldLine(draft: TaskDraft, line: Line, place: Place): readonly Failure[] {
  const keyed = keyedLine(line)
  if (keyed !== undefined) return told(draft, keyed.key, keyed.value, place)
  if (/^manual\.?$/i.test(line.plain)) {
    draft.words.isManual = true
    return []
  }
  draft.texts.push(line.raw)
  const meant = meantKey(line.plain)
  return meant === undefined ? [] : [{ type: 'roadmap.unsure', what: `'${meant.said}:' is read as text`, hint: `Did you mean '${meant.meant}:'?`, place }]
}

/** `digestOf`: of all that is asked for. */
export function taskOf({ id, title, place, said, words, criteria, texts }: TaskDraft, digestOf: (text: string) => string): RoadmapTask {
  const text = paragraphs(...texts)
  const asked = { title, text, criteria, ...(words.spec === undefined ? {} : { spec: words.spec }) }
  const plain = contentOf({ ...asked, text: text.replace(/\s+/g, ' ').trim() })
  return { after: [], priority: 0, isManual: false, ...words, ...asked, id, place, digest: digestOf(plain), ...(said === undefined ? {} : { said }) }
}
