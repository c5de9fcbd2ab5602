/** The verbs of `pawl roadmap` with which a person says how a task stands. */
import { markTasks, namedTasks } from '../../app/roadmap/mark-tasks.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import type { Site } from '../../app/site.ts'
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
    if (names.length === 0) return { failures: [{ type: 'args.bad-value', what: 'no task was named', hint: 'Name tasks or groups by their ids: A1, B, 2.C' }] }
    const found = await standingsHere(site, roadmapFile(context, site))
    if (!found.ok) return found
    const reason = context.args.flags.get('reason')
    const wish = { kind, names, ...(typeof reason === 'string' ? { why: reason } : {}) }
    if (context.args.flags.has('dry-run')) {
      const named = namedTasks(found.value.here.roadmap, names)
      return named.ok ? tell(context, kind, named.value, 'with this, ') : named
    }
    const marked = await markTasks(site, wish, { roadmap: found.value.here.roadmap, standings: found.value.standings })
    return marked.ok ? tell(context, kind, marked.value, '') : marked
  }

function tell(
  context: CommandContext,
  kind: MarkKind,
  tasks: readonly { readonly task: { readonly id: string; readonly title: string } }[],
  would: string,
): CommandEnd {
  if (wantsJson(context)) sayJson('roadmap-marks', { mark: kind, tasks: tasks.map(({ task }) => task.id) })
  else for (const { task } of tasks) say(`${safeLine(task.id)}  ${safeLine(task.title)}: ${would}${words[kind]}`)
  return { code: 0 }
}

/** Forgets what there is of these tasks, and does them once more. */
export const redo: Verb = async (context, site, names) => {
  const end = await mark('reset')(context, site, names)
  if (!('code' in end) || end.code !== 0 || context.args.flags.has('dry-run')) return end
  return runVerb(context, site, names)
}
