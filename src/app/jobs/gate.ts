/** The Gate is what must pass before work may land: the plan that the target branch has, over another tree, with the cache that all runs share. */
import { redIn } from '../../executors/jobs/red.ts'
import type { Lending } from '../../host/lent-packages.ts'
import type { Repository } from '../../host/repository.ts'
import { sealCheckout } from '../../host/sealed-checkout.ts'
import { showCommit, strayed } from '../../host/shown-commit.ts'
import { endingsIn, type Event } from '../../model/event.ts'
import type { AttemptContext } from '../../model/executor.ts'
import { Bug, failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { GateAnswer, RedCheck } from '../../model/landing.ts'
import type { Settlement } from '../../model/outcome.ts'
import type { TaskId } from '../../model/task.ts'
import type { Planned } from '../draft.ts'
import { judgeAt, type Judging } from '../judge-copy.ts'
import { giving, type Site } from '../site.ts'
import { repositoryOf } from './repository-of.ts'
import type { Turnstile } from './turnstile.ts'

export type GateWish = {
  /** Absent: all. */
  readonly checks?: readonly string[]
  /** Absent: as in every run. */
  readonly processes?: Site['processes']
  /** Variables of the checkout, such as ports of its own. */
  readonly given?: Readonly<Record<string, string>>
}

export type Gate = {
  readonly planned: Planned
  /** In a checkout where an agent has worked: what tools tidy there is part of its work. */
  judge(checkout: Repository, context: AttemptContext, how: GateWish): Promise<Result<ReadonlyMap<TaskId, Settlement>>>
  /** Shows a commit in the worktree of the gate and judges that: nothing is changed there. `settled`: what became of each check. */
  judgeCommit(
    commit: string,
    context: AttemptContext,
    judging?: Pick<Judging, 'only' | 'force'>,
  ): Promise<Result<GateAnswer & { readonly settled: ReadonlyMap<TaskId, Settlement> }>>
}

export type GateParts = {
  /** What it gives counts where the gate judges by itself; that of a checkout goes before it. */
  readonly site: Site
  readonly planned: Planned
  readonly run: number
  /** The checkout of the gate, in which nobody works, and what starts programs there. */
  readonly place: Repository
  readonly processesThere: () => Promise<Site['processes']>
  /** How the installed packages come there. */
  readonly packages: Lending
  readonly turnstile: Turnstile
}

export function newGate({ site, planned, run, place, processesThere, packages, turnstile }: GateParts): Gate {
  const judged = async (
    checkout: Repository,
    context: AttemptContext,
    judging: Judging,
    { processes = site.processes, given = {} }: GateWish = {},
  ): Promise<Result<Answered>> => {
    const answer = await turnstile(() => judgeAt({ site: giving({ ...site, processes }, given), planned, run }, checkout, context, judging))
    if (!answer.ok) return answer
    const open = answer.value.order.filter((id) => !answer.value.settled.has(id))
    // Who is cut off says nothing, whatever had passed until then.
    return context.cancellation.requested || open.length > 0 ? failed(cutOff(open)) : answer
  }
  return {
    planned,
    async judge(checkout, context, how) {
      const only = namedIn(planned, how.checks)
      if (!only.ok) return only
      const answer = await judged(checkout, context, only.value === undefined ? {} : { only: only.value }, how)
      return answer.ok ? ok(answer.value.settled) : answer
    },
    async judgeCommit(commit, context, judging = {}) {
      const unshown = (await showCommit(place, commit)) ?? (await sealCheckout(repositoryOf(site), place, packages))
      if (unshown !== undefined) return failed(unshown)
      const answer = await judged(place, context, { mostLevel: 0, ...judging }, { processes: await processesThere() })
      if (!answer.ok) return answer
      const others = await strayed(place, commit)
      if (!('length' in others)) return failed(others)
      if (others.length > 0) return failed(movedTree(others))
      return ok({ ...answerOf(planned, answer.value.settled, answer.value.events), settled: answer.value.settled })
    },
  }
}

/** Undefined: nothing was named, so all of them. */
export function namedIn({ plan }: Planned, checks: readonly string[] | undefined): Result<readonly TaskId[] | undefined> {
  const only = checks === undefined ? undefined : plan.order.filter((id) => checks.includes(id))
  return only?.length === 0 ? failed({ type: 'plan.no-match', what: `the gate has no check called ${checks?.join(', ') ?? ''}` }) : ok(only)
}

type Answered = Extract<Awaited<ReturnType<typeof judgeAt>>, { ok: true }>['value']

const cutOff = (open: readonly TaskId[]): Failure => ({
  type: 'land.unjudged',
  what: `the checks were cut off${open.length === 0 ? '' : ` before ${open.slice(0, 3).join(', ')} had ended`}`,
  kept: 'the branches are kept; nothing was landed by this',
})

const movedTree = (paths: readonly string[]) =>
  ({
    type: 'land.unproven',
    what: `the checks changed ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''} while they judged`,
    why: 'what was judged is not what would be landed',
    kept: 'the branches are kept; nothing was landed',
    hint: 'Let git ignore what the checks write, or declare it as their outputs.',
  }) as const

function answerOf(planned: Planned, settled: ReadonlyMap<TaskId, Settlement>, events: readonly Event[]): GateAnswer {
  if (settled.size === 0) throw new Bug('a gate without checks')
  const red = redIn(planned.plan, settled).map(({ task, settled: one }): RedCheck => ({ check: task.id, summary: summaryOf(one) }))
  const isCheck = (id: TaskId): boolean => planned.plan.tasks.get(id)?.task.role === 'check'
  const ran = events.flatMap((event) => (event.type === 'attempt.missed' && isCheck(event.task) ? [event.task] : []))
  const known = events.flatMap((event) => endingsIn(event).flatMap(({ task, outcome }) => (outcome.kind === 'cached' ? [task] : [])))
  return { red, ran, known: [...new Set(known)] }
}

function summaryOf(settled: Settlement | undefined): string {
  if (settled?.kind !== 'failed') return `it ended as '${settled?.kind ?? 'unknown'}'`
  const [first] = settled.findings
  return first === undefined ? settled.summary : `${first.file === undefined ? '' : `${first.file}: `}${first.message}`.slice(0, 300)
}
