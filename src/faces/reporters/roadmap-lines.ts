/** How a roadmap stands, for people: a line for each task, and counts that add up. */
import { durationText } from '../../model/duration.ts'
import { groupKey, tasksOf, type Roadmap } from '../../model/roadmap.ts'
import { standingKinds, standingWords, type Standing, type TaskStanding } from '../../model/roadmap-standing.ts'
import { countText } from './finding-text.ts'
import { heldWords, shortCommit } from './job-rows.ts'
import type { Palette } from './palette.ts'
import { safeLine } from './safe-text.ts'
import { shortened, textWidth } from './text-width.ts'

type Standings = ReadonlyMap<string, TaskStanding>

/** "112 tasks: 3 landed, 50 done by the word of the roadmap, 59 open": the parts add up to the total. */
export function standingCounts(standings: Standings): string {
  const parts = standingKinds.flatMap((kind) => {
    const count = [...standings.values()].filter(({ standing }) => standing.kind === kind).length
    return count === 0 ? [] : [`${count} ${standingWords[kind]}`]
  })
  return `${countText(standings.size, 'task')}: ${parts.join(', ')}`
}

export function standingText(standing: Standing, now: number): string {
  switch (standing.kind) {
    case 'landed':
      return landedText(standing, now)
    case 'unchanged':
      return `no change needed (run ${standing.run}): ${safeLine(standing.why)}`
    case 'confirmed':
    case 'skipped':
      return `${standingWords[standing.kind]}${standing.why === undefined ? '' : `: ${safeLine(standing.why)}`} (${ago(standing.at, now)})`
    case 'held':
      return `held (run ${standing.run}): ${heldWords[standing.reason]}: ${safeLine(standing.why)}`
    case 'failed':
      return `failed (run ${standing.run}): ${safeLine(standing.why)}`
    case 'stale':
      return `to be done again: ${safeLine(standing.by)}, which it comes after, was edited since`
    case 'working':
    case 'begun':
      return `${standingWords[standing.kind]} (run ${standing.run})`
    default:
      return standingWords[standing.kind]
  }
}

function landedText({ commit, onto, run, at, again }: Extract<Standing, { kind: 'landed' }>, now: number): string {
  const then = `landed as ${shortCommit(commit)} on ${safeLine(onto)} (run ${run}, ${ago(at, now)})`
  return again === undefined ? then : `${then}, done again in run ${again.run}: nothing to change`
}

const ago = (at: number, now: number): string => `${durationText(Math.max(0, now - at))} ago`

const glyphs: Readonly<Record<Standing['kind'], string>> = {
  landed: '✓',
  unchanged: '✓',
  confirmed: '✓',
  said: '·',
  skipped: '-',
  working: '…',
  begun: '…',
  held: '✗',
  failed: '✗',
  stale: '↻',
  open: ' ',
}

const mostTitle = 56

export function roadmapLines(roadmap: Roadmap, standings: Standings, now: number, palette: Palette): string[] {
  const width = Math.max(0, ...tasksOf(roadmap).map(({ task }) => textWidth(safeLine(task.id))))
  const lines = roadmap.phases.flatMap((phase) => [
    '',
    palette.bold(`phase ${safeLine(phase.id)}  ${safeLine(phase.title)}`),
    ...phase.groups.flatMap((group) => {
      const order = group.after.length === 0 ? '' : palette.dim(`  after ${group.after.map(safeLine).join(', ')}${group.isInferred ? ' (inferred)' : ''}`)
      return [
        `  ${safeLine(groupKey(phase, group))}${group.title === undefined ? '' : `  ${safeLine(group.title)}`}${order}`,
        ...group.tasks.flatMap(({ id }) => taskLines(standings.get(id), width, now, palette)),
      ]
    }),
  ])
  return [`${safeLine(roadmap.file)}  ${standingCounts(standings)}`, ...lines]
}

function taskLines(one: TaskStanding | undefined, width: number, now: number, palette: Palette): string[] {
  if (one === undefined) return []
  const { task, standing, drift } = one
  const ink = ['landed', 'unchanged', 'confirmed'].includes(standing.kind)
    ? palette.green
    : ['held', 'failed'].includes(standing.kind)
      ? palette.red
      : palette.dim
  const id = safeLine(task.id)
  const manual = task.isManual && standing.kind === 'open' ? ', for a person' : ''
  const head = `    ${ink(glyphs[standing.kind])} ${id}${' '.repeat(Math.max(0, width - textWidth(id)))}  ${shortened(safeLine(task.title), mostTitle)}`
  const tail = palette.dim(`  ${standingText(standing, now)}${manual}`)
  const drifted =
    drift === undefined
      ? []
      : [palette.yellow(`      recorded as ${drift.wasKind} under this id is another content: "${safeLine(drift.was)}"; it counts for nothing`)]
  return [`${head}${tail}`, ...drifted]
}

/** For programs: everything that is known, nothing rounded. */
export const roadmapJson = (roadmap: Roadmap, standings: Standings) => ({
  file: roadmap.file,
  dialect: roadmap.dialect,
  counts: Object.fromEntries(standingKinds.map((kind) => [kind, [...standings.values()].filter(({ standing }) => standing.kind === kind).length])),
  total: standings.size,
  phases: roadmap.phases.map((phase) => ({
    id: phase.id,
    title: phase.title,
    after: phase.after,
    groups: phase.groups.map((group) => ({
      id: group.id,
      ...(group.title === undefined ? {} : { title: group.title }),
      after: group.after,
      inferred: group.isInferred,
      tasks: group.tasks.map((task) => {
        const { standing, drift } = standings.get(task.id) ?? { standing: { kind: 'open' as const } }
        return { ...task, standing, ...(drift === undefined ? {} : { drift }) }
      }),
    })),
  })),
  notes: roadmap.notes,
})
