/** Carries out a job: leases a checkout, lets the agent work, looks at the evidence, judges it by the gate, and commits what passed. What an agent says proves nothing. */
import { spentTogether } from '../../model/budget.ts'
import type { AttemptContext, Executor, WorkContext } from '../../model/executor.ts'
import { Bug } from '../../model/failure.ts'
import type { Held } from '../../model/job.ts'
import type { JobState } from '../../model/job-state.ts'
import type { LandedAs } from '../../model/landed-as.ts'
import type { JobAction, Task } from '../../model/task.ts'
import { declaredNoChange, idleBrief, mendBrief, resumeBrief, workBrief, type BriefFacts } from './job-brief.ts'
import type { JobCheckout, JobWorld } from './job-world.ts'
import { foundAtLanding, foundIn, redIn, type RedTask } from './red.ts'
import { Turns, type Brief, type Ended, type Told, type TurnWhy } from './turns.ts'

type NextTurn = { readonly why: TurnWhy; readonly brief: Brief }

export function jobExecutor(world: JobWorld): Executor<JobAction> {
  return {
    describe: ({ action }) => `let ${action.agent.name} work on "${action.prompt.title}" in a checkout of its own, judge it, and commit it`,
    async perform(task, context) {
      const { work } = context
      if (work === undefined) throw new Bug('a job without its context')
      const startedAt = world.clock.elapsed()
      const ended = await new Attempt(world, task, context, work).whole()
      return { ...ended, durationMs: world.clock.elapsed() - startedAt }
    },
  }
}

/** One attempt at a job. What it must remember beyond itself stands in the facts. */
class Attempt {
  private readonly world: JobWorld
  private readonly task: Task & { readonly action: JobAction }
  private readonly context: AttemptContext
  private readonly turns: Turns
  private readonly work: WorkContext
  private before: string | undefined
  private isRenewed = false
  /** Trees that were judged and are red. */
  private readonly seen = new Set<string>()

  constructor(world: JobWorld, task: Task & { readonly action: JobAction }, context: AttemptContext, work: WorkContext) {
    this.world = world
    this.task = task
    this.context = context
    this.work = work
    this.turns = new Turns(world, task, context, work)
  }

  async whole(): Promise<Ended> {
    if (this.turns.state.commit !== undefined || this.turns.state.unchanged !== undefined) return { kind: 'passed', findings: [], ...this.turns.spent }
    const first = this.begin()
    const stopped = (await this.turns.breached()) ?? (first === undefined ? undefined : this.mayBegin())
    if (stopped !== undefined) return stopped
    const { action } = this.task
    const opened = await this.world.open(action, this.turns.state, this.context)
    if (!opened.ok) return this.turns.errored(opened.failures)
    if (this.turns.state.lease === undefined) this.turns.advance({ kind: 'leased', lease: opened.value.lease })
    const checkout = await this.renewed(opened.value)
    this.before = await this.world.before(action, this.work.jobs)
    return this.rounds(checkout, first)
  }

  /** What did not pass at landing is looked at as it would land. */
  private async renewed(checkout: JobCheckout): Promise<JobCheckout> {
    if (!this.isReopened()) return checkout
    const renewed = await this.world.renewed(this.task.action, checkout, this.context)
    if (renewed === undefined) return checkout
    this.turns.advance({ kind: 'leased', lease: renewed.lease })
    this.isRenewed = true
    return renewed
  }

  /** Nobody has worked on what was found at landing yet. */
  private isReopened(): boolean {
    const { reopened, turns } = this.turns.state
    return reopened?.turns === turns
  }

  /** Why no checkout is worth making. */
  private mayBegin(): Ended | undefined {
    const out = this.turns.spentOut()
    return out === undefined ? this.turns.barred() : { kind: 'failed', findings: [], summary: out, ...this.turns.spent }
  }

  private async rounds(checkout: JobCheckout, first: NextTurn | undefined): Promise<Ended> {
    let next = first
    for (;;) {
      if (next !== undefined) {
        const ended = await this.turns.turn(checkout, next.why, next.brief)
        if (ended !== undefined) return ended
      }
      const seen = await this.evidence(checkout)
      const mayMend = 'red' in seen && this.turns.state.mends < this.task.action.mendTurns
      if (!mayMend) return this.over(checkout, 'red' in seen ? seen.red : seen.ended)
      next = { why: 'mend', brief: seen.brief }
    }
  }

  /** Nobody goes on by itself from here: what is in no commit must not hang on a folder. */
  private async over(checkout: JobCheckout, ended: Ended): Promise<Ended> {
    if (ended.kind !== 'passed') await this.turns.rescue(checkout, ended.kind === 'failed' ? ended.summary : ended.kind)
    return ended
  }

  /** The first turn of this attempt; none when the last one came to its end and only the judging was cut off. */
  private begin(): NextTurn | undefined {
    const { turns, inTurn, lastTurn } = this.turns.state
    if (turns === 0) return { why: 'work', brief: (told) => (told.isOther ? resumeBrief : workBrief)(this.facts(told)) }
    if (!inTurn && lastTurn !== undefined && ['ok', 'turns', 'budget'].includes(lastTurn.outcome)) return undefined
    return { why: 'resume', brief: (told) => resumeBrief(this.facts(told)) }
  }

  private facts({ hasTools }: Told): BriefFacts {
    const { prompt } = this.task.action
    const only = this.checks()
    const checks = only === undefined ? [] : this.world.gate.order.filter((id) => only.includes(id))
    return {
      prompt,
      checks,
      hasTools,
      ...(this.before === undefined ? {} : { before: this.before }),
    }
  }

  /** What is really there: nothing, something that does not pass, or something that is committed now. */
  private async evidence(checkout: JobCheckout): Promise<{ readonly ended: Ended } | { readonly red: Ended; readonly brief: Brief }> {
    const tree = await checkout.tree()
    if (!tree.ok) return { ended: this.turns.errored(tree.failures) }
    if (!tree.value.isChanged) return this.idle(checkout, tree.value.id)
    const red = await this.redOf(checkout, tree.value.id)
    if ('ended' in red) return red
    if (red.found.length > 0) return this.stillRed(tree.value.id, red.found)
    const { reopened } = this.turns.state
    return reopened !== undefined && this.isReopened() && !this.isRenewed ? this.redAtLanding(reopened.held) : { ended: await this.commit(checkout) }
  }

  private async redOf(checkout: JobCheckout, tree: string): Promise<{ readonly ended: Ended } | { readonly found: readonly RedTask[] }> {
    const settled = await checkout.judge(this.context, this.checks())
    if (this.context.cancellation.requested) return { ended: { kind: 'cancelled' } }
    if (!settled.ok) return { ended: this.turns.errored(settled.failures) }
    const found = redIn(this.world.gate, settled.value)
    this.turns.advance({ kind: 'judged', tree, red: found.map(({ task }) => task.id) })
    return { found }
  }

  /** It passes by itself, and only there it did not. */
  private redAtLanding({ why }: Held): { readonly red: Ended; readonly brief: Brief } {
    const found = foundAtLanding(why, this.task.action.onto, this.world.fence())
    return {
      red: { kind: 'failed', findings: [], summary: `held: ${why}; the branch is kept`, ...this.turns.spent },
      brief: (told) => mendBrief(this.facts(told), found),
    }
  }

  /** Names of those that judge it; undefined: all, as at landing. */
  private checks(): readonly string[] | undefined {
    return this.turns.state.reopened === undefined ? this.task.action.prompt.checks : undefined
  }

  private async idle(checkout: JobCheckout, tree: string): Promise<{ readonly ended: Ended } | { readonly red: Ended; readonly brief: Brief }> {
    const why = declaredNoChange(this.turns.said)
    const { denied } = this.turns.state
    const landed = this.task.action.prompt.asked?.landed
    // Who was not allowed to do something may have wanted to change something.
    const mayStand = landed !== undefined && (why !== undefined || denied.length === 0)
    if (mayStand && (await this.world.stands(landed.commit, checkout.lease))) return this.still(checkout, tree, { landed, why: why ?? nothingLeft })
    if (why !== undefined) {
      this.turns.advance({ kind: 'unchanged', why })
      return { ended: { kind: 'passed', findings: [], ...this.turns.spent } }
    }
    const tools = [...new Set(denied.map(({ tool }) => tool))].join(', ')
    const summary = `${this.turns.state.agent ?? this.task.action.agent.name} says that it is done, and has changed nothing${tools === '' ? '' : `; it was denied ${tools}`}`
    return { red: { kind: 'failed', findings: [], summary, ...this.turns.spent }, brief: (told) => idleBrief(this.facts(told)) }
  }

  /** What had landed of it stands, if it passes today. */
  private async still(checkout: JobCheckout, tree: string, { landed, why }: { readonly landed: LandedAs; readonly why: string }) {
    const red = await this.redOf(checkout, tree)
    if ('ended' in red) return red
    if (red.found.length > 0) return this.stillRed(tree, red.found)
    this.turns.advance({ kind: 'unchanged', why, landed })
    return { ended: { kind: 'passed' as const, findings: [], ...this.turns.spent } }
  }

  private stillRed(tree: string, red: readonly RedTask[]): { readonly ended: Ended } | { readonly red: Ended; readonly brief: Brief } {
    const names = red.map(({ task }) => task.id).join(', ')
    const findings = red.flatMap(({ settled }) => (settled !== undefined && 'findings' in settled ? settled.findings : []))
    const failed: Ended = { kind: 'failed', findings, summary: `its work does not pass ${names}; the branch is kept`, ...this.turns.spent }
    if (this.seen.has(tree)) return { ended: { ...failed, summary: `${failed.summary}, and its last turn changed nothing about that` } }
    this.seen.add(tree)
    const found = foundIn(red, (task) => this.world.commandOf(task), this.world.fence())
    return { red: failed, brief: (told) => mendBrief(this.facts(told), found) }
  }

  private async commit(checkout: JobCheckout): Promise<Ended> {
    const { action } = this.task
    const committed = await checkout.commit(messageOf(action, this.turns.state))
    if (!committed.ok) return this.turns.errored(committed.failures)
    if (committed.value === undefined) return this.turns.errored([{ type: 'agent.idle', what: 'what the agent changed is in no file that git would commit' }])
    const held = await checkout.survey(committed.value.commit)
    if (!held.ok) return this.turns.errored(held.failures)
    // Told first: a job that is cut off between the two is not taken for one that may land.
    if (held.value !== undefined) this.turns.advance({ kind: 'held', held: held.value })
    this.turns.advance({ kind: 'committed', ...committed.value })
    if (held.value === undefined) return { kind: 'passed', findings: [], ...this.turns.spent }
    return { kind: 'failed', findings: [], summary: `held for a person: ${held.value.why}`, ...this.turns.spent }
  }
}

const nothingLeft = 'nothing was left to change'

/** Facts only: what was asked, by whom it was done, what it took. */
function messageOf({ prompt, agent }: JobAction, { turns, spent, agents }: JobState): string {
  const { timeMs, tokens, usd } = spentTogether(spent, { timeMs: 0, turns: 0, tokens: 0, usd: 0 })
  const used = [`${Math.round(timeMs / 1000)} s`, ...(tokens === undefined ? [] : [`${tokens} tokens`]), ...(usd === undefined ? [] : [`$${usd.toFixed(4)}`])]
  return `${prompt.title}\n\nBy ${agents.length === 0 ? agent.name : agents.join(' and ')} in ${turns} ${turns === 1 ? 'turn' : 'turns'} (${used.join(', ')})${prompt.path === undefined ? '' : `, asked in ${prompt.path}`}.\n`
}
