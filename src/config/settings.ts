/** Settings are the Request laid over the environment, the file and the defaults: every value that a run obeys, and where it came from. */
import type { AiFix } from './ai-fix.ts'
import type { Selection } from '../model/request.ts'

export type Strategy = {
  readonly name: string
  readonly select: 'all' | 'fast'
  readonly order: 'needs' | 'stages' | 'declared'
  readonly failFast: boolean
  readonly jobs?: number
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly stages: readonly string[]
}

/** Upper bounds on the age of reused results, in milliseconds. */
export type TimeLimits = {
  readonly runtime: number
  readonly packageManager: number
  readonly environmentFolder: number
  readonly lockfile: number
  readonly dependencySync: number
  readonly quality: number
  readonly platform: number
}

export type Settings = {
  readonly strategy: Strategy
  /** Leave out the stage quality altogether (`--skip-tests`). */
  readonly skipTests: boolean
  readonly dryRun: boolean
  readonly interactive: boolean
  /** -1 none, else the highest FixLevel that may run. */
  readonly fixLevel: number
  /** Absent: no agent mends. */
  readonly aiFix?: AiFix
  readonly force: boolean
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly filter: readonly string[]
  readonly stages: readonly string[]
  readonly selection: Selection
  readonly jobs: number
  readonly rounds: number
  readonly failFast: boolean
  /** Replaces the time limit of every task when set. */
  readonly timeoutMs?: number
  readonly lockWaitMs: number
  readonly diskFreeBytes: number
  /** group: a session of its own for each command; namespace: a process namespace, too. */
  readonly isolation: 'group' | 'namespace'
  /** Whether tools that can be called again and again in one process are. */
  readonly warm: boolean
  readonly envPass: readonly string[]
  readonly envKey: readonly string[]
  /** Names of variables whose values are secrets whatever they are called. */
  readonly secrets: readonly string[]
  readonly ttl: TimeLimits
  readonly stageOrder: readonly string[]
  readonly pools: Readonly<Record<string, number>>
  readonly detect: boolean
  /** Whether scripts of a package.json are started without the package manager. */
  readonly scripts: 'direct' | 'manager'
  readonly persist: boolean
  readonly logs: boolean
}

/** "default", "pawl.yaml:3", "environment FAST_MODE", "--jobs", "profile ci (pawl.yaml:9)". */
export type Origins = { readonly [K in keyof Settings]?: string }
