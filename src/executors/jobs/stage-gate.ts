/** Carries out the gate of a stage: judges the branch as it is now. What does not pass goes to an agent once, whose work lands like any; then it is judged again. */
import type { Clock } from '../../model/clock.ts'
import type { AttemptContext, Executor } from '../../model/executor.ts'
import { Bug, type Failure, type Result } from '../../model/failure.ts'
import type { JudgedCheck } from '../../model/job.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { StageGateAction, Task } from '../../model/task.ts'
import { redText } from '../../model/work-stage.ts'
import type { RedTask } from './red.ts'

/** `commit`: the one that was judged; `checks`: what became of each. */
export type StageAnswer = {
  readonly commit: string
  readonly checks: readonly JudgedCheck[]
  readonly red: readonly RedTask[]
  readonly ran: number
  readonly known: number
}

type StageTask = Task & { readonly action: StageGateAction }

export type StageGateWorld = {
  readonly clock: Clock
  judge(task: StageTask, context: AttemptContext): Promise<Result<StageAnswer>>
  /** Why it could not be mended; undefined: what an agent made has landed. */
  mend(task: StageTask, red: readonly RedTask[], context: AttemptContext): Promise<string | undefined>
}

export function stageGateExecutor(world: StageGateWorld): Executor<StageGateAction> {
  return {
    describe: ({ action }) => `judge ${action.onto} as it is when ${action.stage} has landed`,
    async perform(task, context) {
      const startedAt = world.clock.elapsed()
      const ended = await passing(world, task, context)
      return { ...ended, durationMs: world.clock.elapsed() - startedAt }
    },
  }
}

type Timeless<O> = O extends { readonly durationMs: number } ? Omit<O, 'durationMs'> : O
type Ended = Timeless<Extract<Outcome, { kind: 'passed' | 'failed' | 'errored' | 'cancelled' }>>

async function passing(world: StageGateWorld, task: StageTask, context: AttemptContext): Promise<Ended> {
  const first = await judged(world, task, context)
  if (!('red' in first)) return first
  if (first.red.length === 0) return { kind: 'passed', findings: [] }
  const { red, mender } = task.action
  const still = red?.commit === first.commit && red.red === redText(first.checks) ? red : undefined
  const known = still === undefined ? undefined : `still red since run ${still.since}`
  if (still?.hasTried === true) return failedBy(first.red, `${known}; its agent has tried`)
  if (mender === undefined) return failedBy(first.red, known)
  const unmended = await world.mend(task, first.red, context)
  if (context.cancellation.requested) return { kind: 'cancelled' }
  if (unmended !== undefined) return failedBy(first.red, unmended)
  const second = await judged(world, task, context)
  if (!('red' in second)) return second
  return second.red.length === 0 ? { kind: 'passed', findings: [] } : failedBy(second.red, 'what an agent made of it has landed, and that is not enough')
}

async function judged(world: StageGateWorld, task: StageTask, context: AttemptContext): Promise<Ended | StageAnswer> {
  const { work } = context
  if (work === undefined) throw new Bug('a gate of a stage without its context')
  work.note(`judging ${task.action.onto}`)
  const answer = await world.judge(task, context)
  if (context.cancellation.requested) return { kind: 'cancelled' }
  if (!answer.ok) return { kind: 'errored', failure: firstOf(answer.failures) }
  const { commit, checks, red, ran, known } = answer.value
  work.advance(task.id, { kind: 'stage-judged', commit, checks })
  work.note(`${ran} check runs, ${known} known from before${red.length === 0 ? '' : `; ${red.length} red`}`)
  return answer.value
}

function failedBy(red: readonly RedTask[], unmended: string | undefined): Ended {
  const findings = red.flatMap(({ settled }) => (settled !== undefined && 'findings' in settled ? settled.findings : []))
  const names = red.map(({ task }) => task.id).join(', ')
  return { kind: 'failed', findings, summary: `the branch does not pass ${names}${unmended === undefined ? '' : `: ${unmended}`}` }
}

function firstOf(failures: readonly Failure[]): Failure {
  const [first] = failures
  if (first === undefined) throw new Bug('a gate failed without a reason')
  return first
}
