/** Job rows say what became of each prompt of a run: the one table that the summary of a run of agents is made from. */
import type { Spent } from '../../model/budget.ts'
import { durationText } from '../../model/duration.ts'
import type { Held } from '../../model/job.ts'
import { newJob, type JobState } from '../../model/job-state.ts'
import type { Settlement } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'
import { isLanding, jobAction, jobOf, jobsOf, promptName } from './job-names.ts'
import { safeLine } from './safe-text.ts'
import type { WorkFacts } from './work-facts.ts'

/** committed: the work passed its gate, but is not on the branch. */
export const jobEndings = ['landed', 'unchanged', 'committed', 'held', 'failed', 'errored', 'timed-out', 'blocked', 'cancelled', 'lost', 'described'] as const
export type JobEnding = (typeof jobEndings)[number]

export type JobRow = {
  readonly id: TaskId
  readonly name: string
  readonly ending: JobEnding
  /** A few words. */
  readonly text: string
  /** Why it is not simply done; one line. */
  readonly why?: string
  readonly agent: string
  /** In this run. */
  readonly turns: number
  /** In this run. Absent: no turn came to its end. */
  readonly spent?: Spent
  readonly workedMs: number
  readonly branch?: string
  readonly onto: string
  readonly held?: Held
  readonly rescues: readonly string[]
}

export const isDone = (ending: JobEnding): boolean => ending === 'landed' || ending === 'unchanged' || ending === 'described'

/** In the order of the plan. */
export const jobRows = (plan: Plan, run: Run, facts: WorkFacts): readonly JobRow[] => jobsOf(plan).map((id) => rowOf(plan, run, facts, id))

function rowOf(plan: Plan, run: Run, facts: WorkFacts, id: TaskId): JobRow {
  const state = run.jobs.get(id) ?? newJob
  const action = jobAction(plan, id)
  const landing = plan.order.find((other) => isLanding(plan, other) && jobOf(plan, other) === id)
  const spent = facts.spent.get(id)
  return {
    id,
    name: promptName(plan, id),
    ...endingOf(plan, run, state, { work: run.settled.get(id), landing: landing === undefined ? undefined : run.settled.get(landing) }),
    agent: safeLine(state.agent ?? action?.agent.name ?? ''),
    turns: facts.turns.get(id)?.length ?? 0,
    ...(spent === undefined ? {} : { spent }),
    workedMs: facts.spans.get(id)?.workedMs ?? 0,
    ...(state.lease === undefined ? {} : { branch: state.lease.branch }),
    onto: action?.onto ?? '',
    ...(state.landed === undefined && state.held !== undefined ? { held: state.held } : {}),
    rescues: state.rescues.map(({ ref }) => ref),
  }
}

type Settled = { readonly work: Settlement | undefined; readonly landing: Settlement | undefined }
type Ended = Pick<JobRow, 'ending' | 'text' | 'why'>

function endingOf(plan: Plan, run: Run, { landed, commit, unchanged, stands, held }: JobState, { work, landing }: Settled): Ended {
  if (landed !== undefined) return { ending: 'landed', text: `landed as ${shortCommit(landed.commit)}` }
  if (commit === undefined && unchanged !== undefined)
    return { ending: 'unchanged', text: stands === undefined ? 'no change needed' : `stands as ${shortCommit(stands.commit)}`, why: safeLine(unchanged) }
  if (held !== undefined) return { ending: 'held', text: `held: ${heldWords[held.reason]}`, why: heldText(plan, held) }
  if (commit !== undefined) return { ending: 'committed', text: `committed as ${shortCommit(commit.commit)}, not landed`, ...whyOf(landing) }
  return openEnding(plan, run, work)
}

function openEnding(plan: Plan, run: Run, work: Settlement | undefined): Ended {
  switch (work?.kind) {
    case 'failed':
    case 'errored':
      return { ending: work.kind, text: work.kind, ...whyOf(work) }
    case 'timed-out':
      return { ending: 'timed-out', text: timedOutText(work) }
    case 'blocked':
      return { ending: 'blocked', text: `blocked by ${promptName(plan, work.by)}` }
    case 'described':
      return { ending: 'described', text: 'only described' }
    case 'cancelled':
      return { ending: 'cancelled', text: 'cancelled' }
    default:
      return run.cancelling ? { ending: 'cancelled', text: 'cancelled' } : { ending: 'lost', text: 'cut off: pawl was ended' }
  }
}

const whyOf = (settled: Settlement | undefined): Pick<JobRow, 'why'> =>
  settled?.kind === 'failed' ? { why: safeLine(settled.summary) } : settled?.kind === 'errored' ? { why: failureLine(settled) } : {}

const failureLine = ({ failure: { what, why } }: Extract<Settlement, { kind: 'errored' }>): string =>
  safeLine(why === undefined ? what : `${what}: ${why.split('\n', 1)[0] ?? ''}`)

export const timedOutText = ({ limitMs, silent }: Extract<Settlement, { kind: 'timed-out' }>): string =>
  `timed out after ${durationText(limitMs)}${silent === true ? ' without output' : ''}`

export const shortCommit = (commit: string): string => commit.slice(0, 9)

export const heldWords = {
  conflict: 'conflict',
  'red-alone': 'does not pass',
  'red-together': 'does not pass together',
  'weakened-gate': 'weakens the gate',
  protected: 'protected files',
  'too-large': 'too large',
  secret: 'a secret in it',
  broken: 'could not be landed',
} as const satisfies Record<Held['reason'], string>

const mostFiles = 5

/** "lint is red with its work; beside beta; src/a.txt" */
export function heldText(plan: Plan, { why, beside, files, check }: Held): string {
  const others = beside.map((id) => promptName(plan, id)).filter((name) => !why.includes(name))
  const paths = files.filter((path) => !why.includes(path))
  const more = paths.length > mostFiles ? ` and ${paths.length - mostFiles} more` : ''
  const parts = [
    safeLine(why),
    check === undefined || why.includes(check) ? '' : `check ${safeLine(check)}`,
    others.length === 0 ? '' : `beside ${others.join(', ')}`,
    paths.length === 0 ? '' : `in ${paths.slice(0, mostFiles).map(safeLine).join(', ')}${more}`,
  ]
  return parts.filter((part) => part !== '').join('; ')
}
