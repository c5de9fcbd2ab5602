/** Lets an agent work for a turn in its checkout, keeps every fact of it before anything follows, and says what its end means for the job. */
import type { AgentNews, AgentTurn, TurnEnd } from '../../model/agent.ts'
import { leftOf, spentOut } from '../../model/budget.ts'
import type { AttemptContext, WorkContext } from '../../model/executor.ts'
import { Bug, type Failure } from '../../model/failure.ts'
import type { JobFact } from '../../model/job.ts'
import { newJob, type JobState } from '../../model/job-state.ts'
import { newsText } from '../../model/news-text.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { JobAction, Task } from '../../model/task.ts'
import { noChangeWord } from './job-brief.ts'
import { accountOf, type JobCheckout, type JobPrograms, type JobWorld } from './job-world.ts'
import { meaningOf, type Meaning } from './turn-meaning.ts'

export type Ended = DistributiveOmit<Extract<Outcome, { kind: 'passed' | 'failed' | 'errored' | 'timed-out' | 'cancelled' }>, 'durationMs'>
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never
export type TurnWhy = Extract<JobFact, { kind: 'turn-begun' }>['why']

/** A quota that does not say when it is free again is asked once more after this long. */
const usualParkMs = 15 * 60_000
/** For a quota that is free again later than that, no run is kept waiting. */
const longestParkMs = 24 * 3_600_000

/** The turns of one job. What must be remembered beyond one attempt stands in the facts. */
export class Turns {
  private readonly world: JobWorld
  private readonly task: Task & { readonly action: JobAction }
  private readonly context: AttemptContext
  private readonly work: WorkContext
  private lastWords: string | undefined

  constructor(world: JobWorld, task: Task & { readonly action: JobAction }, context: AttemptContext, work: WorkContext) {
    this.world = world
    this.task = task
    this.context = context
    this.work = work
  }

  get state(): JobState {
    return this.work.jobs.get(this.task.id) ?? newJob
  }

  get spent() {
    return { spent: this.state.spent }
  }

  /** What the agent said last. */
  get said(): string | undefined {
    return this.lastWords
  }

  advance(fact: JobFact): void {
    this.work.advance(this.task.id, fact)
  }

  /** Why nothing is to be asked of its model now. */
  barred(): Ended | undefined {
    const { agent } = this.task.action
    const open = this.world.breaker.open(accountOf(agent), this.world.clock.now())
    if (open === undefined) return undefined
    if (open.why === 'login') return this.errored([{ type: 'agent.login', what: `the login of ${agent.name} was refused before in this run` }])
    const failure: Failure = { type: 'agent.quota', what: `the quota of ${agent.name} is used up`, kept: 'nothing was asked of it' }
    return { kind: 'errored', failure, ...(open.until === undefined ? {} : { notBefore: open.until }) }
  }

  /** After a breach nobody begins anything. */
  async breached(): Promise<Ended | undefined> {
    const broken = await this.world.breach()
    return broken === undefined ? undefined : this.errored([broken])
  }

  /** Undefined: the evidence is to be looked at. */
  async turn(checkout: JobCheckout, why: TurnWhy, brief: string): Promise<Ended | undefined> {
    const { agent, budget } = this.task.action
    const out = spentOut(budget, this.state.spent)
    if (out !== undefined && this.state.turns > 0) return { kind: 'failed', findings: [], summary: out, ...this.spent }
    const end = await this.asked(checkout, why, brief)
    this.lastWords = end.said
    const meaning = meaningOf(end, agent.name)
    const broken = await this.world.breach()
    // After a breach git could run what was planted, such as a filter: its files stay where they are.
    if (broken === undefined && meaning.kind !== 'look') await this.rescue(checkout, end.outcome)
    return broken === undefined ? this.ending(meaning, end) : this.errored([broken])
  }

  private async asked(checkout: JobCheckout, why: TurnWhy, brief: string): Promise<TurnEnd> {
    const { world, context } = this
    const { action, timeoutMs } = this.task
    const { agent, budget } = action
    const programs = await world.programs(action, checkout, context)
    if (!programs.ok) return { outcome: 'sandbox', why: programs.failures.map(({ what }) => what).join('; '), spent: { timeMs: 0 } }
    const turn = this.state.turns + 1
    const resume = why === 'work' ? undefined : this.state.session
    const sessionId = world.newSession()
    this.advance({ kind: 'turn-begun', turn, agent: agent.name, why })
    // What a program takes as its id is known before it has said a word.
    const left = leftOf(budget, this.state.spent)
    const given: AgentTurn = {
      brief,
      briefFile: await world.keepBrief(context, turn, brief),
      folder: checkout.lease.folder,
      env: programs.value.env,
      timeoutMs: Math.min(timeoutMs, left.timeMs ?? Number.POSITIVE_INFINITY),
      budget: left,
      access: 'work',
      ...(resume === undefined ? { sessionId } : { resume }),
      ...(programs.value.tools === undefined ? {} : { tools: programs.value.tools }),
      tag: context.tag,
      cancellation: context.cancellation,
      news: (news) => this.heard(news, turn, programs.value),
      output: context.output,
    }
    const end = await world.agentOf(agent).turn(given, programs.value.processes)
    if (end.session !== undefined) this.advance({ kind: 'session', turn, agent: agent.name, session: end.session })
    const declared = await programs.value.noChange()
    const because = end.why === undefined ? {} : { why: end.why }
    this.advance({ kind: 'turn-ended', turn, agent: agent.name, outcome: end.outcome, ...because, spent: end.spent })
    return declared === undefined ? end : { ...end, said: `${noChangeWord} ${declared}` }
  }

  private heard(news: AgentNews, turn: number, programs: JobPrograms): void {
    const { agent } = this.task.action
    // What it has told of a conversation that goes on is known already.
    if (news.kind === 'session' && this.state.session?.id !== news.id) this.advance({ kind: 'session', turn, agent: agent.name, session: { id: news.id } })
    if (news.kind === 'touched' && !this.state.touched.includes(news.path)) {
      this.advance({ kind: 'touched', path: news.path })
      programs.touched(news.path)
    }
    if (news.kind === 'denied') this.advance({ kind: 'denied', tool: news.tool, ...(news.why === undefined ? {} : { why: news.why }) })
    const text = newsText(news)
    if (text !== undefined) this.work.note(text)
  }

  /** Keeps what is in no commit under a ref. */
  async rescue(checkout: JobCheckout, why: string): Promise<void> {
    const kept = await checkout.snapshot(why)
    if (!kept.ok) this.work.note(`its checkout could not be kept under a ref: ${kept.failures[0]?.what ?? ''}`)
    else if (kept.value !== undefined) this.advance({ kind: 'rescued', ref: kept.value, why })
  }

  private ending(meaning: Meaning, end: TurnEnd): Ended | undefined {
    const { agent } = this.task.action
    const { breaker, clock } = this.world
    switch (meaning.kind) {
      case 'look':
        return undefined
      case 'cancelled':
        return { kind: 'cancelled' }
      case 'timed-out':
        return { kind: 'timed-out', limitMs: meaning.silent ? agent.silenceMs : this.task.timeoutMs, ...(meaning.silent ? { silent: true as const } : {}) }
      case 'over':
        if (meaning.login === true) breaker.refuse(accountOf(agent))
        return { kind: 'failed', findings: [], summary: lineOf(meaning.failure), ...this.spent }
      case 'again': {
        if (meaning.park !== true) return { kind: 'errored', failure: meaning.failure, ...this.spent }
        const until = end.resetsAt ?? clock.now() + usualParkMs
        if (until - clock.now() > longestParkMs) return { kind: 'errored', failure: meaning.failure, final: true, ...this.spent }
        breaker.park(accountOf(agent), until)
        this.advance({ kind: 'parked', account: accountOf(agent), until })
        return { kind: 'errored', failure: meaning.failure, notBefore: until, ...this.spent }
      }
    }
  }

  /** Trouble that another try would meet again. */
  errored(failures: readonly Failure[]): Ended {
    const [failure] = failures
    if (failure === undefined) throw new Bug('something failed without a reason')
    return { kind: 'errored', failure, final: true, spent: this.state.spent }
  }
}

const lineOf = ({ what, why }: Failure): string => (why === undefined ? what : `${what}: ${why}`)
