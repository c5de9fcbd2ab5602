/** Judges an agent's edit where it was made: a run of the same plan over the copy, whose proofs hold for the same content anywhere. */
import type { OpenCopy } from '../host/proposal.ts'
import type { Repository } from '../host/repository.ts'
import { noOne } from './consent.ts'
import type { Judged } from '../executors/agent-mend.ts'
import type { Event } from '../model/event.ts'
import type { AttemptContext } from '../model/executor.ts'
import { ok, type Result } from '../model/failure.ts'
import type { Plan } from '../model/plan.ts'
import type { Reporter } from '../model/reporter.ts'
import type { TaskId } from '../model/task.ts'
import type { WorldParts } from './world-parts.ts'
import type { Planned } from './draft.ts'
import { perform } from './perform.ts'
import { siteOfCopy } from './site.ts'
import { noState, writableState } from './state.ts'

/** Tools tidy what the agent wrote, but nothing is installed for it. */
const usualLevel = 1

/** `only`: these checks and what they need, without any fix; `force`: even what is proven; `quiet`: nobody is told of each; `mostLevel`: of fixes, -1 for none. */
export type Judging = { readonly only?: readonly TaskId[]; readonly force?: true; readonly quiet?: true; readonly mostLevel?: number }

export async function judgeCopy(parts: WorldParts, copy: OpenCopy, context: AttemptContext, judging: Judging = {}): Promise<Result<Judged>> {
  const completed = await copy.complete()
  return completed.ok ? judgeAt(parts, copy.repository, context, judging) : completed
}

/** A run of the plan over another checkout of the repository, into the same cache. */
export async function judgeAt(
  parts: Pick<WorldParts, 'site' | 'planned' | 'run'>,
  checkout: Repository,
  context: AttemptContext,
  judging: Judging = {},
): Promise<Result<Judged & { readonly events: readonly Event[]; /** What was to be judged. */ readonly order: Plan['order'] }>> {
  const site = siteOfCopy(parts.site, checkout)
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    const planned = plannedFor(parts.planned, await site.trees.look(), judging)
    // Its own history would be that of a tree which may never have been the user's; only what is proven is kept.
    const started = { planned, run: parts.run, state: { ...noState(), cache: state.value.cache } }
    const judged = await perform(site, started, {
      command: 'pawl fix',
      cancellation: context.cancellation,
      ask: noOne,
      reporters: async () => [relay(context, judging)],
      intact: () => true,
      prior: undefined,
      before: [],
      openLog: () => logInto(context),
    })
    return ok({ settled: judged.result.settled, mended: mendedIn(judged.events), events: judged.events, order: planned.plan.order })
  } finally {
    state.value.close()
  }
}

function mendedIn(events: readonly Event[]): readonly string[] {
  const mends = events.flatMap((event) => (event.type === 'attempt.finished' && 'mend' in event.outcome ? (event.outcome.mend?.files ?? []) : []))
  return [...new Set(mends.map(({ path }) => path))]
}

function plannedFor(planned: Planned, tree: Planned['tree'], { only, force, mostLevel = usualLevel }: Judging): Planned {
  const { settings, limits } = planned
  return {
    ...planned,
    plan: only === undefined ? withoutLate(planned.plan) : partOf(withoutLate(planned.plan), only),
    tree,
    remembered: undefined,
    settings: { ...settings, interactive: false, force: force ?? settings.force },
    limits: { rounds: settings.rounds, failFast: only !== undefined, fixLevel: only === undefined ? Math.min(limits.fixLevel, mostLevel) : -1 },
  }
}

function withoutLate(plan: Plan): Plan {
  const stays = (id: TaskId): boolean => plan.tasks.get(id)?.task.late !== true
  const tasks = [...plan.tasks].filter(([id]) => stays(id))
  return { ...plan, tasks: new Map(tasks.map(([id, one]) => [id, { ...one, task: { ...one.task, fixes: one.task.fixes.filter(stays) } }])) }
}

/** These checks and all that they need. */
function partOf(plan: Plan, only: readonly TaskId[]): Plan {
  const kept = new Set<TaskId>()
  const keep = (id: TaskId): void => {
    const task = plan.tasks.get(id)?.task
    if (task === undefined || kept.has(id)) return
    kept.add(id)
    task.needs.forEach(keep)
  }
  only.forEach(keep)
  const here = (id: TaskId): boolean => kept.has(id)
  const tasks = [...plan.tasks]
    .filter(([id]) => here(id))
    .map(
      ([id, one]) => [id, { ...one, dependents: one.dependents.filter(here), task: { ...one.task, after: one.task.after.filter(here), fixes: [] } }] as const,
    )
  return { ...plan, tasks: new Map(tasks), order: plan.order.filter((id) => kept.has(id)), skips: [] }
}

/** Tells those who watch the fix which check has been judged. */
const relay = ({ fix, work }: AttemptContext, { quiet }: Judging): Reporter => ({
  name: 'judging',
  on(event, _run, plan) {
    if (quiet === true || event.type !== 'attempt.finished' || event.outcome.kind === 'cached') return
    if (plan.tasks.get(event.task)?.task.role === 'check') (fix ?? work)?.note(`judged ${event.task}: ${event.outcome.kind}`)
  },
})

const mostLogBytes = 4 * 1024 * 1024

/** The output of a check goes to the log of the fix, and with its proof. */
function logInto(context: AttemptContext): { write(chunk: Uint8Array | string): void; close(): Promise<Uint8Array | undefined> } {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return {
    write(chunk) {
      context.output(chunk)
      const part = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
      bytes += part.length
      if (bytes <= mostLogBytes) chunks.push(part)
    },
    close: async () => (bytes === 0 || bytes > mostLogBytes ? undefined : new Uint8Array(Buffer.concat(chunks))),
  }
}
