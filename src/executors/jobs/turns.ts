/** Lets an agent work for a turn in its checkout, keeps every fact of it before anything follows, and says what its end means for the job. */
import type { AgentChoice, AgentNews, AgentTurn, TurnEnd } from '../../model/agent.ts'
import { leftOf, spentOut } from '../../model/budget.ts'
import type { AttemptContext, WorkContext } from '../../model/executor.ts'
import { Bug, type Failure } from '../../model/failure.ts'
import type { JobFact } from '../../model/job.ts'
import { newJob, type JobState } from '../../model/job-state.ts'
import { newsText } from '../../model/news-text.ts'
import type { Outcome } from '../../model/outcome.ts'
import { leftOfBoth, runSpentOut, untoldOf } from '../../model/run-budget.ts'
import type { JobAction, Task } from '../../model/task.ts'
import { agentForNow, type Barred, type ForNow } from './agent-for-now.ts'
import { noChangeWord } from './job-brief.ts'
import { accountOf, type JobCheckout, type JobPrograms, type JobWorld } from './job-world.ts'
import { meaningOf, type Meaning } from './turn-meaning.ts'

export type Ended = DistributiveOmit<Extract<Outcome, { kind: 'passed' | 'failed' | 'errored' | 'timed-out' | 'cancelled' }>, 'durationMs'>
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never
export type TurnWhy = Extract<JobFact, { kind: 'turn-begun' }>['why']

/** A quota that does not say when it is free again is asked once more after this long. */
const usualParkMs = 15 * 60_000
/** `isOther`: another agent was at it and could not go on. `hasTools`: it can ask pawl over MCP. */
export type Told = { readonly isOther: boolean; readonly hasTools: boolean }
export type Brief = (told: Told) => string
type Asking = { readonly why: TurnWhy; readonly isOther: boolean }

/** The turns of one job. What must be remembered beyond one attempt stands in the facts. */
export class Turns {
  private readonly world: JobWorld
  private readonly task: Task & { readonly action: JobAction }
  private readonly context: AttemptContext
  private readonly work: WorkContext
  private lastWords: string | undefined
  private hasAsked = false

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

  private forNow(): ForNow {
    return agentForNow(this.task.action, this.state, this.world.breaker, this.world.clock.now())
  }

  /** Why nothing is to be asked of any model now. */
  barred(): Ended | undefined {
    const now = this.forNow()
    return 'barred' in now ? this.barredBy(now.barred) : undefined
  }

  private barredBy({ failure, until }: Barred): Ended {
    if (until === undefined) return this.errored([failure])
    return { kind: 'errored', failure, notBefore: until, ...(this.hasAsked ? {} : { unasked: true as const }) }
  }

  /** Why no turn may begin, for all that may still be spent. */
  spentOut(): string | undefined {
    const ofRun = runSpentOut(this.world.total, this.work.jobs)
    if (ofRun !== undefined || this.state.turns === 0) return ofRun
    return spentOut(this.task.action.budget, this.state.spent)
  }

  /** After a breach nobody begins anything. */
  async breached(): Promise<Ended | undefined> {
    const broken = await this.world.breach()
    return broken === undefined ? undefined : this.errored([broken])
  }

  /** Undefined: the evidence is to be looked at. Where an agent has no quota, no login or no program, the next one goes on in the same checkout. */
  async turn(checkout: JobCheckout, why: TurnWhy, brief: Brief): Promise<Ended | undefined> {
    for (let asking: Asking = { why, isOther: false }; ; asking = { why: 'resume', isOther: true }) {
      const out = this.spentOut()
      if (out !== undefined) return this.outOfBudget(checkout, out)
      const now = this.forNow()
      if ('barred' in now) return this.barredBy(now.barred)
      const { agent } = now
      const end = await this.asked(checkout, agent, asking, brief)
      this.lastWords = end.said
      const meaning = meaningOf(end, agent.name)
      const broken = await this.world.breach()
      // After a breach git could run what was planted, such as a filter: its files stay where they are.
      if (broken === undefined && meaning.kind !== 'look') await this.rescue(checkout, end.outcome)
      if (broken !== undefined) return this.errored([broken])
      const next = this.nextAfter(agent, meaning, end)
      if (next === undefined) return this.ending(agent, meaning)
      this.work.note(`${next.name} goes on with it: ${'failure' in meaning ? meaning.failure.what : end.outcome}`)
    }
  }

  private async outOfBudget(checkout: JobCheckout, summary: string): Promise<Ended> {
    if ((await this.world.breach()) === undefined) await this.rescue(checkout, summary)
    return { kind: 'failed', findings: [], summary, ...this.spent }
  }

  /** Tells all jobs of its account; who goes on now. */
  private nextAfter(agent: AgentChoice, meaning: Meaning, end: TurnEnd): AgentChoice | undefined {
    const { breaker } = this.world
    if (meaning.kind === 'again' && meaning.park === true) breaker.park(accountOf(agent), end.resetsAt ?? this.world.clock.now() + usualParkMs)
    else if (meaning.kind === 'over' && meaning.bars === 'login') breaker.refuse(accountOf(agent))
    else if (meaning.kind === 'over' && meaning.bars === 'missing') breaker.lack(accountOf(agent))
    else return undefined
    const now = this.forNow()
    return 'agent' in now ? now.agent : undefined
  }

  private async asked(checkout: JobCheckout, agent: AgentChoice, asking: Asking, brief: Brief): Promise<TurnEnd> {
    const programs = await this.world.programs({ ...this.task.action, agent }, checkout, this.context)
    if (!programs.ok) return { outcome: 'sandbox', why: programs.failures.map(({ what }) => what).join('; '), spent: { timeMs: 0 } }
    const text = brief({ isOther: asking.isOther, hasTools: programs.value.tools !== undefined })
    try {
      return await this.worked(checkout, agent, { why: asking.why, text }, programs.value)
    } finally {
      await programs.value.over()
    }
  }

  private async worked(
    checkout: JobCheckout,
    agent: AgentChoice,
    { why, text: brief }: { readonly why: TurnWhy; readonly text: string },
    programs: JobPrograms,
  ): Promise<TurnEnd> {
    const { world, context } = this
    const { timeoutMs } = this.task
    const action = { ...this.task.action, agent }
    const turn = this.state.turns + 1
    const resume = why === 'work' || this.state.agent !== agent.name ? undefined : this.state.session
    const sessionId = world.newSession()
    this.hasAsked = true
    this.advance({ kind: 'turn-begun', turn, agent: agent.name, why })
    // What a program takes as its id is known before it has said a word.
    const left = leftOfBoth(leftOf(action.budget, this.state.spent), world.total, this.work.jobs)
    const file = await world.keepBrief(action, turn, brief)
    const given: AgentTurn = {
      brief,
      briefFile: file.path,
      folder: checkout.lease.folder,
      env: programs.env,
      timeoutMs: Math.min(timeoutMs, left.timeMs ?? Number.POSITIVE_INFINITY),
      budget: left,
      access: 'work',
      ...(resume === undefined ? { sessionId } : { resume }),
      ...(programs.tools === undefined ? {} : { tools: programs.tools }),
      tag: context.tag,
      cancellation: context.cancellation,
      news: (news) => this.heard(agent, news, turn, programs),
      output: context.output,
    }
    const end = await world.agentOf(agent).turn(given, programs.processes)
    await file.over()
    if (end.session !== undefined) this.advance({ kind: 'session', turn, agent: agent.name, session: end.session })
    const declared = await programs.noChange()
    const because = end.why === undefined ? {} : { why: end.why }
    this.advance({ kind: 'turn-ended', turn, agent: agent.name, outcome: end.outcome, ...because, spent: end.spent })
    this.tellUntold(agent, end)
    return declared === undefined ? end : { ...end, said: `${noChangeWord} ${declared}` }
  }

  /** Once for each agent: its part of a limit is not known to be within it. */
  private tellUntold({ name }: AgentChoice, end: TurnEnd): void {
    const untold = untoldOf(this.world.total, end.spent)
    if (untold === undefined || this.world.said.has(`untold ${name}`)) return
    this.world.said.add(`untold ${name}`)
    this.work.note(`${name} does not tell how much it used of the budget of ${untold} of the run: that part is not in the sum`)
  }

  private heard(agent: AgentChoice, news: AgentNews, turn: number, programs: JobPrograms): void {
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

  private ending(agent: AgentChoice, meaning: Meaning): Ended | undefined {
    switch (meaning.kind) {
      case 'look':
        return undefined
      case 'cancelled':
        return { kind: 'cancelled' }
      case 'unapproved':
        return this.errored([meaning.failure])
      case 'timed-out':
        return { kind: 'timed-out', limitMs: meaning.silent ? agent.silenceMs : this.task.timeoutMs, ...(meaning.silent ? { silent: true as const } : {}) }
      case 'over':
        return this.waiting(meaning) ?? { kind: 'failed', findings: [], summary: lineOf(meaning.failure), ...this.spent }
      case 'again':
        if (meaning.park !== true) return { kind: 'errored', failure: meaning.failure, ...this.spent }
        return this.waiting(meaning) ?? { kind: 'errored', failure: meaning.failure, final: true, ...this.spent }
    }
  }

  /** Until the first of those that could go on can be asked again; undefined: none of them can be in this run. */
  private waiting(meaning: Extract<Meaning, { kind: 'over' | 'again' }>): Ended | undefined {
    if (meaning.kind === 'over' && meaning.bars === undefined) return undefined
    const now = this.forNow()
    const until = 'barred' in now ? now.barred.until : this.world.clock.now()
    if (until === undefined) return undefined
    if ('barred' in now) this.advance({ kind: 'parked', account: accountOf(now.barred.agent), until })
    return { kind: 'errored', failure: meaning.failure, notBefore: until, ...this.spent }
  }

  /** Trouble that another try would meet again. */
  errored(failures: readonly Failure[]): Ended {
    const [failure] = failures
    if (failure === undefined) throw new Bug('something failed without a reason')
    return { kind: 'errored', failure, final: true, spent: this.state.spent }
  }
}

const lineOf = ({ what, why }: Failure): string => (why === undefined ? what : `${what}: ${why}`)
