/** A Request is what somebody asked for, from flags or from environment variables; what is absent was not said. */
import type { Budget } from './budget.ts'

export type Selection =
  | { readonly kind: 'whole' }
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'since'; readonly ref: string }
  | { readonly kind: 'staged' }

export type FixWish = boolean | 'safe' | 'tracked' | 'lock' | 'system'

/** That an agent may mend, and what was said about it. */
export type AiFixWish = {
  readonly agent?: string
  readonly iterations?: number
  readonly allow?: readonly string[]
  readonly timeMs?: number
  readonly turns?: number
  readonly tokens?: number
  /** US dollars. */
  readonly usd?: number
  /** Edits are applied without asking. */
  readonly unasked?: boolean
  /** Not findings are to be mended, but tests to be written, until so many percent are covered; no number: until the next milestone. */
  readonly tests?: { readonly goal?: number }
}

/** What was said about work of agents on prompts. */
export type WorkWish = {
  readonly agent?: string
  readonly parallel?: number
  /** Of one turn. */
  readonly timeoutMs?: number
  readonly mends?: number
  /** Of each task. */
  readonly budget?: Budget
  /** Of all tasks of a run together. */
  readonly total?: Budget
  /** Names of agents that go on where another cannot. */
  readonly fallback?: readonly string[]
  readonly onto?: string
  readonly landing?: 'together' | 'each'
  readonly sandbox?: boolean
  /** Globs. */
  readonly allow?: readonly string[]
}

/** Keys are the long flags in camelCase. */
export type Request = {
  readonly fast?: boolean
  readonly skipTests?: boolean
  readonly dryRun?: boolean
  readonly interactive?: boolean
  readonly fix?: FixWish
  readonly aiFix?: AiFixWish
  readonly force?: boolean
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  /** Packages of a workspace, as --filter writes them. */
  readonly filter?: readonly string[]
  readonly stage?: readonly string[]
  readonly selection?: Selection
  readonly strategy?: string
  readonly profile?: string
  readonly jobs?: number
  readonly timeoutMs?: number
  readonly failFast?: boolean
  readonly persist?: boolean
  /** Whether logs of the run are written; the environment name LOG_REMEDIATION. */
  readonly logs?: boolean
  /** For the agents of later runs; the environment name MAX_PARALLEL_AGENTS. */
  readonly agents?: number
}

/** A wish as a name: the same flags give the same one. */
export const wishOf = (request: Request): string => JSON.stringify(Object.entries(request).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** Selected files, and packages selected by what changed, hold for one moment only: nothing can be remembered of them. */
export const isLasting = ({ selection, filter }: Request): boolean =>
  (selection === undefined || selection.kind === 'whole') && !(filter ?? []).some((one) => one.includes('['))
