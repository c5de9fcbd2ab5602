/** Lets a coding agent mend what checks found: in a copy, judged there by the checks, and applied only when it is strictly better. */
import type { Agent, AgentChoice, TurnEnd } from '../model/agent.ts'
import { leftOf, nothingSpent, spentOut, spentTogether, type Spent } from '../model/budget.ts'
import type { Clock } from '../model/clock.ts'
import type { AttemptContext, Executor, FixContext } from '../model/executor.ts'
import { Bug, type Failure, type Result } from '../model/failure.ts'
import { mostFindings, type Finding } from '../model/finding.ts'
import { compared, isAllGreen, judgementOf, outstandingIn, type Comparison, type Judgement } from '../model/judgement.ts'
import type { Outcome, Settlement } from '../model/outcome.ts'
import type { Plan } from '../model/plan.ts'
import type { Processes } from '../model/processes.ts'
import { markFile } from '../model/ratchet.ts'
import { usualReports } from '../model/report-places.ts'
import { newsText } from '../model/news-text.ts'
import { mendOf, type IsolatedCopy, type Proposal } from '../model/proposal.ts'
import type { AgentAction, Task, TaskId } from '../model/task.ts'
import { briefOf } from './mending/brief.ts'
import { testsBriefOf } from './mending/tests-brief.ts'
import { describedMend } from './mending/described.ts'
import { goneWithFindings } from './mending/gone-files.ts'
import { silencedIn } from './mending/silencing.ts'
import { testsOf } from './mending/test-commands.ts'
import { troubleOf } from './mending/turn-trouble.ts'

export type MendingWorld = {
  readonly plan: Plan
  readonly clock: Clock
  readonly processes: Processes
  agentOf(choice: AgentChoice): Agent
  /** The whole environment of the agent's program in its folder. */
  environmentFor(choice: AgentChoice, folder: string): Readonly<Record<string, string>>
  /** A copy of the working copy as it is now. Only one is open at a time. */
  openCopy(): Promise<Result<IsolatedCopy>>
  /** Judges the open copy by every check of the plan, after the fixes of tools have tidied it. */
  judge(copy: IsolatedCopy, context: AttemptContext): Promise<Result<Judged>>
  /** Of an edit that only adds tests: what speaks against them; undefined: they have proven themselves. */
  doubtAbout(copy: IsolatedCopy, fix: TaskId, context: AttemptContext): Promise<Result<string | undefined>>
  /** Files that hold tests, some of them. */
  testFiles(): Promise<readonly string[]>
  matcherOf(globs: readonly string[]): (path: string) => boolean
  /** Writes the brief where the agent can read it. The answer is the absolute path. */
  keepBrief(context: AttemptContext, text: string): Promise<string>
  /** Keeps an edit that was not applied. The answer names the place for people. */
  keepProposal(context: AttemptContext, proposal: Proposal): Promise<string>
  /** Asks whether the edit may be applied. */
  approve(proposal: Proposal, words: string): Promise<boolean>
  commandOf(task: Task): string
  /** A word that nobody can guess. */
  fence(): string
}

export type Judged = {
  readonly settled: ReadonlyMap<TaskId, Settlement>
  /** What fixes changed there. */
  readonly mended: readonly string[]
}

type MendingTask = Task & { readonly action: AgentAction }

/** What is remembered from turn to turn of a run. */
type Memory = { spent: Spent; turns: number; readonly seen: Set<string> }

/** For one run. */
export function agentMend(world: MendingWorld): Executor<AgentAction> {
  const memory: Memory = { spent: nothingSpent, turns: 0, seen: new Set() }
  return {
    describe: ({ action }) => describedMend(action),
    async perform(task, context) {
      const { fix } = context
      if (fix === undefined) throw new Bug('an agent was asked to mend where nothing can be mended')
      const startedAt = world.clock.elapsed()
      const ended = await new Turn(world, memory, task, context, fix).run()
      return withTime(ended, world.clock.elapsed() - startedAt)
    },
  }
}

/** An outcome without its time. */
type Ended =
  | { readonly kind: 'passed'; readonly mend: NonNullable<Extract<Outcome, { kind: 'passed' }>['mend']>; readonly spent: Spent }
  | { readonly kind: 'failed'; readonly summary: string; readonly findings?: readonly Finding[]; readonly spent?: Spent }
  | { readonly kind: 'errored'; readonly failure: Failure }
  | { readonly kind: 'timed-out'; readonly limitMs: number; readonly silent?: true }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly reason: string }

function withTime(ended: Ended, durationMs: number): Outcome {
  if (ended.kind === 'refused') return ended
  if (ended.kind === 'passed') return { ...ended, findings: [], durationMs }
  return ended.kind === 'failed' ? { ...ended, findings: ended.findings ?? [], durationMs } : { ...ended, durationMs }
}

type Refusal = { readonly why: string; readonly findings?: readonly Finding[] }
type FailedCheck = Extract<Settlement, { kind: 'failed' }>

/** One turn, from the brief to the edit that is applied or not. */
class Turn {
  private readonly world: MendingWorld
  private readonly memory: Memory
  private readonly task: MendingTask
  private readonly context: AttemptContext
  private readonly fix: FixContext
  private spent: Spent = { timeMs: 0 }

  constructor(world: MendingWorld, memory: Memory, task: MendingTask, context: AttemptContext, fix: FixContext) {
    this.world = world
    this.memory = memory
    this.task = task
    this.context = context
    this.fix = fix
  }

  async run(): Promise<Ended> {
    const { agent, budget } = this.task.action
    const out = spentOut(budget, this.memory.spent)
    if (out !== undefined) return { kind: 'failed', summary: `${agent.name} was not asked again: ${out}` }
    const failed = failedChecks(this.world.plan, this.fix.settled, this.task.id)
    const uncountable = [...failed].find(([, outcome]) => outcome.cut === true || outcome.findings.length >= mostFindings)
    if (uncountable !== undefined)
      return { kind: 'failed', summary: `${uncountable[0]} finds more than can be counted, so nobody could tell whether an edit is better` }
    const copy = await this.world.openCopy()
    if (!copy.ok) return errored(copy.failures)
    try {
      return await this.within(copy.value, failed)
    } finally {
      await copy.value.close()
    }
  }

  private async within(copy: IsolatedCopy, failed: ReadonlyMap<TaskId, FailedCheck>): Promise<Ended> {
    const { agent } = this.task.action
    this.memory.seen.add(copy.tree)
    const end = await this.askAgent(copy, failed)
    this.memory.turns += 1
    this.memory.spent = spentTogether(this.memory.spent, end.spent)
    this.spent = end.spent
    const trouble = troubleOf(end, agent.name, this.task.timeoutMs, agent.silenceMs)
    const unsealed = await copy.seal()
    if (unsealed !== undefined) return trouble ?? errored([unsealed])
    return trouble === undefined ? this.judged(copy, end) : this.unfinished(copy, trouble)
  }

  private async askAgent(copy: IsolatedCopy, failed: ReadonlyMap<TaskId, FailedCheck>): Promise<TurnEnd> {
    const { world, context, fix } = this
    const { agent, budget } = this.task.action
    const brief = await this.brief(failed)
    fix.note(`turn ${this.memory.turns + 1} of ${agent.name}: ${brief.words}`)
    const left = leftOf(budget, this.memory.spent)
    return world.agentOf(agent).turn(
      {
        brief: brief.text,
        briefFile: await world.keepBrief(context, brief.text),
        folder: copy.folder,
        env: world.environmentFor(agent, copy.folder),
        timeoutMs: Math.min(this.task.timeoutMs, left.timeMs ?? Number.POSITIVE_INFINITY),
        budget: left,
        tag: context.tag,
        cancellation: context.cancellation,
        access: 'edit',
        news: (news) => {
          const text = newsText(news)
          if (text !== undefined) fix.note(`${agent.name}: ${text}`)
        },
        output: context.output,
      },
      world.processes,
    )
  }

  /** What the agent is told, and in a few words. */
  private async brief(failed: ReadonlyMap<TaskId, FailedCheck>): Promise<{ readonly text: string; readonly words: string }> {
    const { world } = this
    const { purpose, shielded } = this.task.action
    if (purpose === 'tests') {
      const commands = testsOf(world.plan, this.task.id).map((id) => commandOf(world, id))
      const { text, files } = testsBriefOf(
        [...failed.values()].flatMap((one) => one.findings),
        commands,
        await world.testFiles(),
        world.fence(),
      )
      return { text, words: `tests for ${files.join(', ')}` }
    }
    const { text, told, findings } = briefOf({
      failed,
      shielded,
      commandOf: (id) => commandOf(world, id),
      isShielded: world.matcherOf(shielded),
      fence: world.fence(),
    })
    return { text, words: `${plural(findings, 'finding')} of ${[...failed.keys()].join(', ')}${told < findings ? ` (the first ${told})` : ''}` }
  }

  /** An agent that did not come to its end may have left half an edit: it is kept beside, and not applied. */
  private async unfinished(copy: IsolatedCopy, trouble: Ended): Promise<Ended> {
    const proposal = await copy.proposal()
    if (!proposal.ok) return trouble
    if (proposal.value.files.length > 0)
      this.fix.note(`what it had edited until then is kept in ${await this.world.keepProposal(this.context, proposal.value)}`)
    return trouble
  }

  private async judged(copy: IsolatedCopy, end: TurnEnd): Promise<Ended> {
    const proposal = await copy.proposal()
    if (!proposal.ok) return errored(proposal.failures)
    const { tree, files } = proposal.value
    const said = end.said === undefined ? '' : `; it says: ${end.said.split('\n')[0]?.slice(0, 200) ?? ''}`
    if (files.length === 0) return this.failed(`it changed nothing${said}`)
    const refusal = this.memory.seen.has(tree) ? { why: 'it leads back to what was there before' } : this.refusalOf(proposal.value)
    this.memory.seen.add(tree)
    if (refusal !== undefined) return this.rejected(proposal.value, refusal.why, refusal.findings)
    this.fix.note(`judging its edit of ${plural(files.length, 'file')} in the copy`)
    const judged = await this.world.judge(copy, this.context)
    if (this.context.cancellation.requested) return { kind: 'cancelled' }
    if (!judged.ok) return errored(judged.failures)
    const { settled, mended } = judged.value
    const [before, after] = [judgementOf(this.world.plan, this.fix.settled), judgementOf(this.world.plan, settled, this.fix.settled)]
    const comparison = compared(before, after)
    if (comparison.verdict !== 'better') return this.rejected(proposal.value, worseText(comparison))
    // Whatever else the checks wrote there is none of the agent's business.
    const tidied = await copy.proposal(new Set([...files.map(({ path }) => path), ...mended]))
    if (!tidied.ok) return errored(tidied.failures)
    // But its code ran there: what decides about the checks must be as it was, or it decided about this judgement.
    const whole = await copy.proposal()
    if (!whole.ok) return errored(whole.failures)
    const late = this.lateRefusal(whole.value, new Set(tidied.value.files.map(({ path }) => path)), new Set(mended))
    if (late !== undefined) return this.rejected(tidied.value, `while it was judged, ${late.why}`, late.findings)
    if (this.task.action.purpose === 'tests') {
      const doubt = await this.world.doubtAbout(copy, this.task.id, this.context)
      if (this.context.cancellation.requested) return { kind: 'cancelled' }
      if (!doubt.ok) return errored(doubt.failures)
      if (doubt.value !== undefined) return this.rejected(tidied.value, doubt.value)
    }
    return this.apply(copy, tidied.value, comparison, after)
  }

  /** What needs no judging: the edit is refused for what it is. */
  private refusalOf({ files }: Proposal): Refusal | undefined {
    const isShielded = this.world.matcherOf(this.task.action.shielded)
    const touched = files.filter(({ path }) => isShielded(path)).map(({ path }) => path)
    if (touched.length > 0)
      return { why: `it changed what it must not: ${touched.slice(0, 5).join(', ')}${touched.length > 5 ? ` and ${touched.length - 5} more` : ''}` }
    const gone = goneWithFindings(
      files,
      [...failedChecks(this.world.plan, this.fix.settled, this.task.id).values()].flatMap(({ findings }) => findings),
    )
    if (gone.length > 0) return { why: 'it removes files instead of solving what was found in them', findings: gone }
    // Who is asked for new tests has no reason to make any other file weaker.
    const silenced = this.task.action.purpose === 'tests' ? files.flatMap((file) => silencedIn([file])) : silencedIn(files)
    return silenced.length === 0 ? undefined : { why: `it silences findings instead of solving them`, findings: silenced }
  }

  /** What checks and fixes are known to write is none of its edit, nor is what they leave lying about. */
  private lateRefusal(whole: Proposal, own: ReadonlySet<string>, mended: ReadonlySet<string>): Refusal | undefined {
    const isShielded = this.world.matcherOf(this.task.action.shielded)
    const isWritten = this.world.matcherOf(writtenIn(this.world.plan))
    const files = whole.files.filter(({ path }) => (own.has(path) || isShielded(path)) && !isWritten(path) && !mended.has(path))
    return this.refusalOf({ ...whole, files })
  }

  private async apply(copy: IsolatedCopy, proposal: Proposal, comparison: Comparison, after: Judgement): Promise<Ended> {
    const counts = `${comparison.before} → ${plural(comparison.after, 'finding')}`
    this.context.output(`\n${proposal.patch}`)
    const words = `${this.task.action.agent.name} changed ${plural(proposal.files.length, 'file')}: ${counts}`
    if (!this.task.action.unasked && !(await this.world.approve(proposal, words))) {
      this.fix.note(`not applied; kept in ${await this.world.keepProposal(this.context, proposal)}`)
      return { kind: 'refused', reason: 'you said no' }
    }
    if (this.context.cancellation.requested) return { kind: 'cancelled' }
    const { value, mend } = await this.fix.mending(() => copy.apply(proposal))
    if (value.failures.length > 0) {
      this.fix.note(`not applied; kept in ${await this.world.keepProposal(this.context, proposal)}`)
      return errored(value.failures)
    }
    const rest = isAllGreen(after) ? 'all checks pass' : `${plural(outstandingIn(after), 'finding')} left`
    this.fix.note(`applied its edit of ${plural(proposal.files.length, 'file')}: ${counts}; ${rest}`)
    return { kind: 'passed', mend: mendOf(mend, value.applied), spent: this.spent }
  }

  private async rejected(proposal: Proposal, why: string, findings?: readonly Finding[]): Promise<Ended> {
    return this.failed(`${why}; not applied, kept in ${await this.world.keepProposal(this.context, proposal)}`, findings)
  }

  private failed(summary: string, findings?: readonly Finding[]): Ended {
    return { kind: 'failed', summary, spent: this.spent, ...(findings === undefined ? {} : { findings }) }
  }
}

/** What checks and fixes are known to write, whatever the edit is: outputs, reports of coverage, and the mark that follows them. */
function writtenIn(plan: Plan): readonly string[] {
  const outputs = [...plan.tasks.values()].flatMap(({ task }) => task.outputs)
  return [...outputs, ...usualReports.flat(), markFile]
}

/** The failed required checks that this fix is to mend. */
function failedChecks(plan: Plan, settled: ReadonlyMap<TaskId, Settlement>, fix: TaskId): ReadonlyMap<TaskId, FailedCheck> {
  const failed = plan.order.flatMap((id): [TaskId, FailedCheck][] => {
    const outcome = settled.get(id)
    return outcome?.kind === 'failed' && plan.tasks.get(id)?.task.fixes.includes(fix) === true ? [[id, outcome]] : []
  })
  return new Map(failed)
}

function worseText({ verdict, before, after, slipped }: Comparison): string {
  if (slipped.length > 0)
    return `it is worse: ${slipped.slice(0, 5).join(', ')} passed or could judge before and ${slipped.length === 1 ? 'does' : 'do'} not any more`
  return verdict === 'worse' ? `it is worse: ${before} → ${plural(after, 'finding')}` : `nothing improved: still ${plural(after, 'finding')}`
}

function commandOf(world: MendingWorld, id: TaskId): string {
  const task = world.plan.tasks.get(id)?.task
  return task === undefined ? id : world.commandOf(task)
}

function errored(failures: readonly Failure[]): Ended {
  const [failure] = failures
  if (failure === undefined) throw new Bug('something failed without a reason')
  return { kind: 'errored', failure }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
