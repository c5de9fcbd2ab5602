/** Reads a roadmap in Markdown: phases and groups are headings; tasks are rows of tables, items with a box, or headings. Grammar: docs/roadmap-format.md. */
import type { Heading, RootContent } from 'mdast'
import { failed, ok, type Failure, type Place, type Result } from '../../model/failure.ts'
import type { Roadmap, RoadmapDialect, RoadmapGroup, RoadmapPhase } from '../../model/roadmap.ts'
import { kebab } from '../prompts/prompt-ids.ts'
import { bothLinesOf, markdownSource, textOf, type MarkdownSource } from './markdown-source.ts'
import { listTasks, nested } from './list-tasks.ts'
import { orderFailures } from './roadmap-order.ts'
import { groupHeading, phaseHeading, type GroupHeading } from './section-headings.ts'
import { tableTasks, type DraftsRead } from './table-tasks.ts'
import { newDraft, taskOf, toldLine, type TaskDraft } from './task-draft.ts'
import { groupOfId, taskNameOf } from './task-name.ts'
import { inOrder } from './yaml-source.ts'

export type MarkdownReading = { readonly digestOf: (text: string) => string }

/** `depth`: of its heading; 0: it has none of its own. */
type GroupDraft = GroupHeading & { readonly depth: number; readonly place: Place; readonly texts: string[]; readonly tasks: TaskDraft[] }
type PhaseDraft = {
  readonly id: string
  readonly title: string
  readonly place: Place
  readonly texts: string[]
  readonly groups: GroupDraft[]
  readonly byId: Map<string, GroupDraft>
}

/** What is being read. `isOpen`: in the phase no heading has come yet that is no group. */
type Walk = {
  readonly source: MarkdownSource
  readonly phases: PhaseDraft[]
  readonly notes: Failure[]
  readonly dialects: Set<RoadmapDialect>
  /** There is no heading of a phase in all of the text: sections are groups, and boxes need no ids. */
  readonly isLoose: boolean
  phase?: PhaseDraft | undefined
  group?: GroupDraft | undefined
  task?: TaskDraft | undefined
  isOpen: boolean
  /** The last heading, where it may become a group. */
  section?: { readonly title: string; readonly place: Place } | undefined
}

export function readMarkdownRoadmap(text: string, file: string, { digestOf }: MarkdownReading): Result<Roadmap> {
  const source = markdownSource(text, file)
  if (!source.ok) return source
  const walk = walked(source.value)
  const roadmap: Roadmap = {
    file,
    dialect: [...walk.dialects][0] ?? 'table',
    phases: walk.phases.flatMap((phase, i) => phaseOf(phase, walk.phases[i - 1], digestOf)),
    notes: [...walk.notes.filter(({ type }) => type !== 'roadmap.invalid'), ...inferred(walk.phases)],
  }
  const wrong = [...walk.notes.filter(({ type }) => type === 'roadmap.invalid'), ...orderFailures(roadmap)]
  if (wrong.length > 0) return failed(...inOrder(wrong))
  if (draftsOf(walk.phases).length === 0) return failed(emptyFailure(walk))
  return ok({ ...roadmap, notes: inOrder(roadmap.notes) })
}

/** In the order of the text. For those who write a status into it. */
export function draftsIn(source: MarkdownSource): readonly TaskDraft[] {
  return draftsOf(walked(source).phases)
}

const draftsOf = (phases: readonly PhaseDraft[]): readonly TaskDraft[] => phases.flatMap(({ groups }) => groups.flatMap(({ tasks }) => tasks))

function walked(source: MarkdownSource): Walk {
  const isLoose = !source.nodes.some((node) => node.type === 'heading' && node.depth <= 2 && phaseHeading(textOf(node)) !== undefined)
  const walk: Walk = { source, phases: [], notes: [], dialects: new Set(), isLoose, isOpen: true }
  for (const node of source.nodes) {
    if (node.type === 'heading') heading(walk, node)
    else if (node.type !== 'html' && node.type !== 'thematicBreak' && node.type !== 'definition') content(walk, node)
  }
  return walk
}

function heading(walk: Walk, node: Heading): void {
  const text = textOf(node)
  const place = walk.source.placeOf(node)
  const name = node.depth >= 3 || (walk.isLoose && node.depth === 2) ? taskNameOf(text) : undefined
  if (name !== undefined && (walk.isLoose || walk.phase !== undefined)) {
    walk.dialects.add('headings')
    walk.task = newDraft(name.id, name.title, place)
    // A heading of a task at the level of its group, or above, stands in none.
    if (walk.group !== undefined && node.depth <= walk.group.depth) walk.group = undefined
    groupFor(walk, walk.task, place).tasks.push(walk.task)
    return
  }
  if (node.depth > 3 && walk.task !== undefined) {
    walk.task.texts.push(walk.source.raw(node, node))
    return
  }
  walk.task = undefined
  const group = node.depth <= 3 ? groupHeading(text) : undefined
  const isInside = group !== undefined && (walk.phase !== undefined || walk.isLoose)
  if (node.depth <= 2 && !isInside) {
    const phase = node.depth === 2 ? phaseHeading(text) : undefined
    walk.phase = phase === undefined ? undefined : { ...phase, place, texts: [], groups: [], byId: new Map() }
    if (walk.phase !== undefined) walk.phases.push(walk.phase)
    walk.isOpen = true
  }
  if (node.depth > 3) return
  walk.group = undefined
  walk.section = walk.isLoose ? { title: text, place } : undefined
  if (group !== undefined && isInside) {
    walk.group = { ...group, depth: node.depth, place, texts: [], tasks: [] }
    addGroup(phaseFor(walk, place), walk.group)
  } else if (node.depth === 3) {
    walk.isOpen = false
    walk.phase?.texts.push(walk.source.raw(node, node))
  }
}

function content(walk: Walk, node: RootContent): void {
  const { source, task, group, phase } = walk
  if (task !== undefined) return belowHeading(walk, task, node)
  const read = tasksIn(walk, node)
  if (read !== undefined && read.drafts.length > 0) {
    walk.notes.push(...read.notes)
    walk.dialects.add(node.type === 'table' ? 'table' : 'list')
    for (const draft of read.drafts) groupFor(walk, draft, source.placeOf(node)).tasks.push(draft)
    return
  }
  if (node.type === 'table') walk.notes.push(...(read?.notes ?? []))
  if (node.type === 'code') return
  const texts = group !== undefined ? (group.tasks.length === 0 ? group.texts : phase?.texts) : phase?.texts
  texts?.push(source.raw(node, node))
}

/** Undefined: there can be no task here. */
function tasksIn(walk: Walk, node: RootContent): DraftsRead | undefined {
  const { source, group, phase, isLoose } = walk
  const isHere = group !== undefined || isLoose || (phase !== undefined && walk.isOpen)
  if (!isHere) return undefined
  if (node.type === 'table') return tableTasks(source, node)
  if (node.type !== 'list') return undefined
  return listTasks(
    source,
    node,
    isLoose ? (title) => (kebab(title) === undefined ? undefined : { id: kebab(title)?.slice(0, 40).replace(/-+$/, '') ?? '', title }) : undefined,
  )
}

function belowHeading({ source, notes }: Walk, task: TaskDraft, node: RootContent): void {
  if (node.type === 'list') notes.push(...nested(source, task, node))
  else if (node.type === 'paragraph') {
    const lines = bothLinesOf(source, node)
    const isKeyed = lines.every(({ plain }) => /^[A-Za-z_][A-Za-z_ ]{1,24}:/.test(plain) || /^manual\.?$/i.test(plain))
    if (isKeyed) for (const line of lines) notes.push(...toldLine(task, line, source.placeOf(node)))
    else task.texts.push(source.raw(node, node))
  } else task.texts.push(source.raw(node, node))
}

function phaseFor(walk: Walk, place: Place): PhaseDraft {
  const known = walk.phase ?? (walk.isLoose ? walk.phases[0] : undefined)
  if (known !== undefined) return known
  const made: PhaseDraft = { id: '1', title: 'Roadmap', place, texts: [], groups: [], byId: new Map() }
  walk.phases.push(made)
  return made
}

/** The group that a task stands in; else one that is made for its letter, or for the section. */
function groupFor(walk: Walk, task: TaskDraft, place: Place): GroupDraft {
  if (walk.group !== undefined) return walk.group
  const phase = phaseFor(walk, place)
  const isLettered = taskNameOf(`${task.id}: x`) !== undefined
  const [id, title] = isLettered ? [groupOfId(task.id), undefined] : [freeLetter(phase), walk.section?.title]
  const known = phase.byId.get(id.toLowerCase())
  if (known !== undefined && isLettered) return known
  const made: GroupDraft = {
    id,
    depth: 0,
    isSequential: false,
    ...(title === undefined ? {} : { title }),
    place: walk.section?.place ?? place,
    texts: [],
    tasks: [],
  }
  addGroup(phase, made)
  if (!isLettered) walk.group = made
  return made
}

function addGroup({ groups, byId }: PhaseDraft, group: GroupDraft): void {
  groups.push(group)
  if (!byId.has(group.id.toLowerCase())) byId.set(group.id.toLowerCase(), group)
}

/** The place of the new group among the others, or the next letter that is free. */
function freeLetter({ groups, byId }: PhaseDraft): string {
  let index = groups.length
  while (byId.has(letterOf(index).toLowerCase())) index += 1
  return letterOf(index)
}

/** A, B, …, Z, AA, AB. */
const letterOf = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : `${letterOf(Math.floor(index / 26) - 1)}${letterOf(index % 26)}`)

function phaseOf(phase: PhaseDraft, before: PhaseDraft | undefined, digestOf: (text: string) => string): RoadmapPhase[] {
  const { id, title, place, texts, groups } = phase
  return [
    {
      id,
      title,
      place,
      after: before === undefined ? [] : [before.id],
      isInferred: before !== undefined,
      text: texts.join('\n\n'),
      groups: groups.map((group, i) => groupOf(group, groups[i - 1], digestOf)),
    },
  ]
}

function groupOf(group: GroupDraft, before: GroupDraft | undefined, digestOf: (text: string) => string): RoadmapGroup {
  const { id, title, after, isSequential, maxParallel, place, texts, tasks } = group
  return {
    id,
    ...(title === undefined ? {} : { title }),
    after: after ?? (before === undefined ? [] : [before.id]),
    isInferred: isInferred(group, before),
    isSequential,
    ...(maxParallel === undefined ? {} : { maxParallel }),
    text: texts.join('\n\n'),
    tasks: tasks.map((task) => taskOf(task, digestOf)),
    place,
  }
}

const isInferred = ({ after }: GroupDraft, before: GroupDraft | undefined): boolean => after === undefined && before !== undefined

function inferred(phases: readonly PhaseDraft[]): readonly Failure[] {
  return phases.flatMap(({ id, groups, place }): readonly Failure[] => {
    const guessed = groups.filter((group, i) => isInferred(group, groups[i - 1]))
    if (guessed.length === 0) return []
    const names = guessed.map((group) => group.id)
    return [
      {
        type: 'roadmap.unsure',
        what: `in phase ${id} the order of ${names.length === 1 ? 'group' : 'groups'} ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''} is inferred: each comes after the one before`,
        hint: 'Say it in the heading: "### Group B: Title (after A)", or "(parallel)".',
        place,
      },
    ]
  })
}

const mostSeen = 6

/** Why nothing is a task: what there is instead, with its lines. */
function emptyFailure({ source, notes }: Walk): Failure {
  const headings = source.nodes.flatMap((node) =>
    node.type === 'heading' && node.depth >= 2 && node.depth <= 3 ? [`line ${node.position?.start.line ?? 0}: '${textOf(node).slice(0, 50)}'`] : [],
  )
  const seen = [
    ...(headings.length === 0 ? ['there is no heading of level 2 or 3'] : [`headings: ${headings.slice(0, mostSeen).join(', ')}`]),
    ...notes.slice(0, mostSeen).map(({ what, place }) => `line ${place?.line ?? 0}: ${what}`),
  ]
  return {
    type: 'roadmap.empty',
    what: `${source.file} has no task`,
    why: seen.join('; '),
    kept: 'nothing was started',
    hint: 'A task is a row "**A1: title**" of a table below "### Group A" of "## Phase 1: title", or an item "- [ ] A1: title". docs/roadmap-format.md shows all forms.',
    place: { file: source.file, line: 1, column: 1 },
  }
}
