/** The verbs of `pawl roadmap` with which a person says how a task stands. */
import { markTasks } from '../../app/roadmap/mark-tasks.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import type { Site } from '../../app/site.ts'
import { failed, type Result } from '../../model/failure.ts'
import { namedTasks } from '../../model/named-tasks.ts'
import type { PlacedTask } from '../../model/roadmap.ts'
import type { MarkKind } from '../../model/roadmap-standing.ts'
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { roadmapFile } from './roadmap-file.ts'
import { runVerb } from './roadmap-run.ts'
import { say, sayJson, wantsJson } from './say.ts'

const words: Readonly<Record<MarkKind, string>> = {
  done: 'marked as done, by your word',
  skipped: 'skipped; pawl roadmap reset takes that back',
  reset: 'to be done as if nothing had been',
  'taken-back': 'taken back',
}

type Verb = (context: CommandContext, site: Site, names: readonly string[]) => Promise<CommandEnd>

export const mark =
  (kind: MarkKind): Verb =>
  async (context, site, names) => {
    const marked = await markedTasks(context, site, kind, names)
    return marked.ok ? tell(context, kind, marked.value) : marked
  }

/** With --dry-run nothing is marked. */
async function markedTasks(context: CommandContext, site: Site, kind: MarkKind, names: readonly string[]): Promise<Result<readonly PlacedTask[]>> {
  if (names.length === 0)
    return failed({ type: 'args.bad-value', what: 'no task was named', hint: 'Name tasks, groups or phases by their ids: A1, B, 2.C, phase-2' })
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const { here, standings } = found.value
  if (context.args.flags.has('dry-run')) return namedTasks(here.roadmap, names)
  const reason = context.args.flags.get('reason')
  return markTasks(site, { kind, names, ...(typeof reason === 'string' ? { why: reason } : {}) }, { roadmap: here.roadmap, standings })
}

function tell(context: CommandContext, kind: MarkKind, tasks: readonly PlacedTask[]): CommandEnd {
  const would = context.args.flags.has('dry-run') ? 'with this, ' : ''
  if (wantsJson(context)) sayJson('roadmap-marks', { mark: kind, tasks: tasks.map(({ task }) => task.id) })
  else for (const { task } of tasks) say(`${safeLine(task.id)}  ${safeLine(task.title)}: ${would}${words[kind]}`)
  return { code: 0 }
}

/** Forgets what there is of these tasks, and does them once more. */
export const redo: Verb = async (context, site, names) => {
  const marked = await markedTasks(context, site, 'reset', names)
  if (!marked.ok) return marked
  if (context.args.flags.has('dry-run')) return tell(context, 'reset', marked.value)
  // The run is told the tasks, whatever word they were named by.
  const tasks = marked.value.map(({ task }) => task.id)
  // One line, before the events.
  if (wantsJson(context)) say(JSON.stringify({ v: 1, kind: 'roadmap-marks', mark: 'reset', tasks }))
  else tell(context, 'reset', marked.value)
  return runVerb(context, site, tasks)
}
