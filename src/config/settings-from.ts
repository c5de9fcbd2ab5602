/** Lays flags over environment, profile, file and defaults, and remembers where each value came from. */
import { Bug, failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Request } from '../model/request.ts'
import { parseBytes } from './bytes.ts'
import { aiFixOf, type AiFix } from './ai-fix.ts'
import { fileLayer, fileOnly, profileOf, requestLayer, type FileLayer, type Layers, type Said } from './layers.ts'
import type { Origins, Settings, Strategy, TimeLimits } from './settings.ts'
import type { ProfileConfig } from './shape.ts'
import { chosenStrategy, jobsFor } from './strategy-choice.ts'
import { milliseconds } from './said-limits.ts'

const defaultTtl: TimeLimits = {
  runtime: 3_600_000,
  packageManager: 3_600_000,
  environmentFolder: 600_000,
  lockfile: 300_000,
  dependencySync: 1_800_000,
  quality: 600_000,
  platform: 3_600_000,
}
export const defaultStages: readonly string[] = ['environment', 'dependencies', 'quality', 'platform']
const fixLevels = { safe: 0, tracked: 1, lock: 2, system: 3 } as const

export function settingsFrom(layers: Layers): Result<{ readonly settings: Settings; readonly origins: Origins }> {
  const profile = profileOf(layers)
  if (!profile.ok) return profile
  const file = fileLayer(layers.loaded, profile.value)
  const strategy = chosenStrategy(layers, file('strategy'))
  const wish = layers.flags.aiFix
  const aiFix = wish === undefined ? ok(undefined) : aiFixOf(wish, layers.loaded)
  const conflicts = [
    ...(wish !== undefined && forbidsAgents(layers.flags.fix) ? [agentForbidden] : []),
    ...interactiveConflict(layers.flags, '--interactive', '--no-fix'),
    ...interactiveConflict(layers.environment.request, 'INTERACTIVE', 'AUTO_REMEDIATE=0'),
  ]
  if (!strategy.ok || !aiFix.ok || conflicts.length > 0)
    return failed(...conflicts, ...(strategy.ok ? [] : strategy.failures), ...(aiFix.ok ? [] : aiFix.failures))
  return ok(split(withAgent(settled(layers, file, strategy.value), aiFix.value)))
}

/** Every setting with its origin. */
function settled(layers: Layers, file: FileLayer, strategy: Said<Strategy>): Sources {
  const asked = requestLayer(layers)
  const byDefault = <T>(value: T): Said<T> => ({ value, origin: 'default', rank: -1 })
  const jobs = asked('jobs') ?? file('jobs')
  const timeout = asked('timeoutMs')
  const list = (key: 'only' | 'skip' | 'stage' | 'filter'): Said<readonly string[]> => asked(key) ?? byDefault([])
  return {
    strategy,
    skipTests: asked('skipTests') ?? byDefault(false),
    dryRun: asked('dryRun') ?? byDefault(false),
    interactive: asked('interactive') ?? byDefault(false),
    fixLevel: fixLevelOf(layers, asked('fix'), file('fix')),
    force: asked('force') ?? byDefault(false),
    only: list('only'),
    skip: list('skip'),
    filter: list('filter'),
    stages: list('stage'),
    selection: asked('selection') ?? byDefault({ kind: 'whole' }),
    jobs: jobsFor(strategy, jobs) ?? byDefault(Math.max(1, layers.processors)),
    rounds: file('rounds') ?? byDefault(5),
    failFast: asked('failFast') ?? (strategy.value.failFast ? { ...strategy, value: true, origin: `strategy ${strategy.value.name}` } : byDefault(false)),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    lockWaitMs: mapped(file('lockWait'), milliseconds) ?? byDefault(30_000),
    diskFreeBytes: mapped(file('diskFree'), bytes) ?? byDefault(2 ** 30),
    isolation: file('isolation') ?? byDefault('group'),
    warm: file('warm') ?? byDefault(true),
    envPass: part(file('env'), 'pass') ?? byDefault([]),
    envKey: part(file('env'), 'key') ?? byDefault([]),
    secrets: file('secrets') ?? byDefault([]),
    ttl: mapped(file('ttl'), timeLimits) ?? byDefault(defaultTtl),
    stageOrder: file('stages') ?? byDefault(defaultStages),
    pools: file('pools') ?? byDefault({}),
    scripts: file('scripts') ?? byDefault('direct'),
    detect: fileOnly(layers.loaded, 'detect') ?? byDefault(true),
    persist: asked('persist') ?? byDefault(false),
    logs: asked('logs') ?? byDefault(true),
  }
}

/** An agent changes files of the repository, so its run may do that. */
function withAgent(sources: Sources, aiFix: AiFix | undefined): Sources {
  if (aiFix === undefined) return sources
  const said = { origin: '--ai-fix', rank: 3 }
  const fixLevel = sources.fixLevel.value >= fixLevels.tracked ? sources.fixLevel : { ...said, value: fixLevels.tracked }
  return { ...sources, fixLevel, aiFix: { ...said, value: aiFix } }
}

const forbidsAgents = (fix: Request['fix']): boolean => fix === false || fix === 'safe'

const agentForbidden: Failure = {
  type: 'args.conflict',
  what: 'an agent is to mend, and no fix may change files of the repository',
  why: '--no-fix and --fix=safe forbid what --ai-fix asks for',
  hint: 'Leave one of them out.',
}

type Sources = { readonly [K in keyof Settings]: Said<NonNullable<Settings[K]>> }

function split(sources: Sources): { readonly settings: Settings; readonly origins: Origins } {
  const entries = Object.entries(sources) as [keyof Settings, Said<unknown>][]
  return {
    settings: Object.fromEntries(entries.map(([key, said]) => [key, said.value])) as Settings,
    origins: Object.fromEntries(entries.map(([key, said]) => [key, said.origin])),
  }
}

const mapped = <A, B>(said: Said<A> | undefined, change: (value: A) => B): Said<B> | undefined =>
  said === undefined ? undefined : { ...said, value: change(said.value) }

/** One key of a mapping, if it is there. */
function part<T extends object, K extends keyof T>(said: Said<T> | undefined, key: K): Said<NonNullable<T[K]>> | undefined {
  const value = said?.value[key]
  return said === undefined || value === undefined || value === null ? undefined : { ...said, value }
}

/** In CI a bare default, or `fix: true` in a file that is also used elsewhere, means safe fixes only; an explicit wish counts everywhere. */
function fixLevelOf(
  { ci }: Layers,
  asked: Said<NonNullable<Request['fix']>> | undefined,
  file: Said<NonNullable<ProfileConfig['fix']>> | undefined,
): Said<number> {
  const usual = ci ? fixLevels.safe : fixLevels.tracked
  if (asked !== undefined) return mapped(asked, (wish) => levelOf(wish, fixLevels.tracked)) ?? { ...asked, value: usual }
  if (file !== undefined) return { ...file, value: levelOf(file.value, usual) }
  return { value: usual, origin: 'default', rank: -1 }
}

const levelOf = (wish: NonNullable<Request['fix']>, whenTrue: number): number => (wish === false ? -1 : wish === true ? whenTrue : fixLevels[wish])

function interactiveConflict(request: Request, interactive: string, noFix: string): readonly Failure[] {
  if (request.interactive !== true || request.fix !== false) return []
  return [
    {
      type: 'args.conflict',
      what: `${interactive} and ${noFix} contradict each other`,
      why: `${interactive} asks before each fix, and ${noFix} allows none`,
      hint: 'Leave one of them out.',
    },
  ]
}

function bytes(size: string | number): number {
  const value = parseBytes(size)
  if (value === undefined) throw new Bug(`the shape let pass the size ${size}`)
  return value
}

function timeLimits(config: NonNullable<ProfileConfig['ttl']>): TimeLimits {
  const limit = (name: keyof TimeLimits): number => (config[name] === undefined ? defaultTtl[name] : milliseconds(config[name]))
  return {
    runtime: limit('runtime'),
    packageManager: limit('packageManager'),
    environmentFolder: limit('environmentFolder'),
    lockfile: limit('lockfile'),
    dependencySync: limit('dependencySync'),
    quality: limit('quality'),
    platform: limit('platform'),
  }
}
