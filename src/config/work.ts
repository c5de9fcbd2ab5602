/** What was said about work of agents, laid over each other: flags, environment, pawl.yaml, defaults. */
import type { AgentChoice } from '../model/agent.ts'
import type { Budget } from '../model/budget.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Prompt } from '../model/prompt.ts'
import type { WorkWish } from '../model/request.ts'
import { agentNamed } from './ai-fix.ts'
import type { LoadedConfig } from './load.ts'
import { budgetFrom, milliseconds } from './said-limits.ts'

/** Plain data. */
export type Work = {
  readonly agentOf: ReadonlyMap<string, AgentChoice>
  readonly parallel: number
  readonly timeoutMs: number
  readonly mends: number
  readonly retries: number
  readonly delayMs: number
  readonly budget: Budget
  /** Undefined: pawl's own integration branch. */
  readonly onto: string | undefined
  readonly landing: 'together' | 'each'
  readonly sandbox: boolean
  /** Folder of the files for editors, relative to the root; undefined: in the state of pawl. */
  readonly monitoring: string | undefined
  /** Globs of files that agents may change although a person should look at them. */
  readonly allow: readonly string[]
}

const defaults = { agent: 'claude', parallel: 4, timeoutMs: 2 * 3_600_000, mends: 3, retries: 4, delayMs: 30_000 } as const

/** Every agent that a prompt names must be known before anything is spent. */
export function workOf(wish: WorkWish, loaded: LoadedConfig, prompts: readonly Prompt[]): Result<Work> {
  const section = loaded.config.work ?? {}
  const usual = wish.agent ?? section.agent ?? defaults.agent
  const chosen = new Map<string, AgentChoice>()
  const problems: Failure[] = []
  for (const prompt of prompts) {
    const agent = agentNamed(prompt.agent ?? usual, prompt.agent === undefined && wish.agent !== undefined ? '--agent' : undefined, loaded)
    if (!agent.ok) problems.push(...agent.failures.map((failure) => (prompt.agent === undefined ? failure : { ...failure, place: prompt.place })))
    else chosen.set(prompt.id, { ...agent.value, ...(prompt.model === undefined ? {} : { model: prompt.model }) })
  }
  if (problems.length > 0) return failed(...unique(problems))
  const onto = wish.onto ?? section.onto
  return ok({
    agentOf: chosen,
    parallel: wish.parallel ?? section.parallel ?? defaults.parallel,
    timeoutMs: wish.timeoutMs ?? (section.timeout === undefined ? defaults.timeoutMs : milliseconds(section.timeout)),
    mends: wish.mends ?? section.mends ?? defaults.mends,
    retries: section.retries ?? defaults.retries,
    delayMs: section.delay === undefined ? defaults.delayMs : milliseconds(section.delay),
    budget: { ...budgetFrom(section.budget ?? {}), ...wish.budget },
    onto,
    landing: wish.landing ?? section.landing ?? 'together',
    allow: [...(section.allow ?? []), ...(wish.allow ?? [])],
    sandbox: wish.sandbox ?? section.sandbox ?? false,
    monitoring: section.monitoring,
  })
}

const unique = (failures: readonly Failure[]): readonly Failure[] => [...new Map(failures.map((one) => [JSON.stringify(one), one])).values()]
