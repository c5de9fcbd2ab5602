/** What was said about work of agents, laid over each other: flags, environment, pawl.yaml, defaults. */
import type { AgentChoice } from '../model/agent.ts'
import type { Budget } from '../model/budget.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Prompt } from '../model/prompt.ts'
import type { WorkWish } from '../model/request.ts'
import { agentNamed } from './ai-fix.ts'
import type { LoadedConfig } from './load.ts'
import type { Service } from '../model/services.ts'
import type { Platform } from './command.ts'
import { servicesOf } from './services.ts'
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
  /** Of all tasks of a run together. */
  readonly total: Budget
  /** Who goes on, in this order, where the agent of a prompt has no quota, no login or no program. */
  readonly fallback: readonly AgentChoice[]
  /** Undefined: pawl's own integration branch. */
  readonly onto: string | undefined
  readonly landing: 'together' | 'each'
  readonly sandbox: boolean
  /** Folder of the files for editors, relative to the root; undefined: in the state of pawl. */
  readonly monitoring: string | undefined
  /** Globs of files that agents may change although a person should look at them. */
  readonly allow: readonly string[]
  /** How checkouts get the installed packages. */
  readonly dependencies: 'auto' | 'reflink' | 'copy' | 'link'
  /** In the order in which they are started. */
  readonly services: readonly Service[]
}

const defaults = { agent: 'claude', parallel: 4, timeoutMs: 2 * 3_600_000, mends: 3, retries: 4, delayMs: 30_000 } as const

/** Every agent that a prompt names must be known before anything is spent. */
export function workOf(wish: WorkWish, loaded: LoadedConfig, prompts: readonly Prompt[], platform: Platform): Result<Work> {
  const section = loaded.config.work ?? {}
  const usual = wish.agent ?? section.agent ?? defaults.agent
  const chosen = new Map<string, AgentChoice>()
  const problems: Failure[] = []
  for (const prompt of prompts) {
    const agent = agentNamed(prompt.agent ?? usual, prompt.agent === undefined && wish.agent !== undefined ? '--agent' : undefined, loaded)
    if (!agent.ok) problems.push(...agent.failures.map((failure) => (prompt.agent === undefined ? failure : { ...failure, place: prompt.place })))
    else chosen.set(prompt.id, { ...agent.value, ...(prompt.model === undefined ? {} : { model: prompt.model }) })
  }
  const services = servicesOf(loaded, platform)
  if (!services.ok) problems.push(...services.failures)
  const others = (wish.fallback ?? section.fallback ?? []).map((name) => agentNamed(name, wish.fallback === undefined ? undefined : '--fallback', loaded))
  const fallback = others.flatMap((other) => (other.ok ? [other.value] : []))
  problems.push(...others.flatMap((other) => (other.ok ? [] : other.failures)))
  if (problems.length > 0 || !services.ok) return failed(...unique(problems))
  const onto = wish.onto ?? section.onto
  return ok({
    agentOf: chosen,
    parallel: wish.parallel ?? section.parallel ?? defaults.parallel,
    timeoutMs: wish.timeoutMs ?? (section.timeout === undefined ? defaults.timeoutMs : milliseconds(section.timeout)),
    mends: wish.mends ?? section.mends ?? defaults.mends,
    retries: section.retries ?? defaults.retries,
    delayMs: section.delay === undefined ? defaults.delayMs : milliseconds(section.delay),
    budget: { ...budgetFrom(section.budget ?? {}), ...wish.budget },
    total: { ...budgetFrom(section.total ?? {}), ...wish.total },
    fallback,
    onto,
    landing: wish.landing ?? section.landing ?? 'together',
    allow: [...(section.allow ?? []), ...(wish.allow ?? [])],
    sandbox: wish.sandbox ?? section.sandbox ?? false,
    monitoring: section.monitoring,
    dependencies: section.dependencies ?? 'auto',
    services: services.value,
  })
}

const unique = (failures: readonly Failure[]): readonly Failure[] => [...new Map(failures.map((one) => [JSON.stringify(one), one])).values()]
