import { expect, test } from 'bun:test'
import type { Request } from '../model/request.ts'
import { requestFromEnvironment } from './environment-names.ts'
import { memoryFiles } from './presets/memory-files.ts'
import { loadConfig } from './load.ts'
import { settingsFrom } from './settings-from.ts'
import type { Settings } from './settings.ts'

type Given = { readonly flags?: Request; readonly env?: Readonly<Record<string, string>>; readonly yaml?: string; readonly ci?: boolean }

async function from({ flags = {}, env = {}, yaml, ci = false }: Given) {
  const loaded = await loadConfig(memoryFiles(yaml === undefined ? {} : { 'pawl.yaml': yaml }), { importModule: () => Promise.resolve({}) })
  const environment = requestFromEnvironment(env)
  if (!loaded.ok || !environment.ok) throw new Error(JSON.stringify([loaded, environment]))
  return settingsFrom({ flags, environment: environment.value, loaded: loaded.value, ci, processors: 6 })
}

/** "value (origin)" of one setting, or the failures. */
async function shown<K extends keyof Settings>(given: Given, key: K): Promise<readonly [Settings[K] | undefined, string | undefined] | readonly string[]> {
  const result = await from(given)
  if (!result.ok)
    return result.failures.map(
      ({ type, what, hint, place }) => `${type}${place === undefined ? '' : ` ${place.line}:${place.column}`}: ${what} | ${hint ?? ''}`,
    )
  return [result.value.settings[key], result.value.origins[key]]
}

test('the defaults are those that the documentation tells', async () => {
  const result = await from({})
  expect(result).toEqual({
    ok: true,
    value: {
      settings: {
        strategy: { name: 'comprehensive', select: 'all', order: 'needs', failFast: false, only: [], skip: [], stages: [] },
        skipTests: false,
        dryRun: false,
        interactive: false,
        fixLevel: 1,
        force: false,
        only: [],
        skip: [],
        filter: [],
        stages: [],
        selection: { kind: 'whole' },
        jobs: 6,
        rounds: 5,
        failFast: false,
        lockWaitMs: 30_000,
        diskFreeBytes: 1_073_741_824,
        isolation: 'group',
        warm: true,
        envPass: [],
        envKey: [],
        secrets: [],
        ttl: {
          runtime: 3_600_000,
          packageManager: 3_600_000,
          environmentFolder: 600_000,
          lockfile: 300_000,
          dependencySync: 1_800_000,
          quality: 600_000,
          platform: 3_600_000,
        },
        stageOrder: ['environment', 'dependencies', 'quality', 'platform'],
        pools: {},
        detect: true,
        scripts: 'direct',
        persist: false,
        logs: true,
      },
      origins: expect.anything(),
    },
  })
  if (result.ok) expect(new Set(Object.values(result.value.origins))).toEqual(new Set(['default']))
})

test('flags go before the environment, that before a profile, that before the file, and each says where it came from', async () => {
  const yaml = '# hello\njobs: 2\nprofiles:\n  ci:\n    jobs: 3\n'
  expect(await shown({ yaml }, 'jobs')).toEqual([2, 'pawl.yaml:2'])
  expect(await shown({ yaml, flags: { profile: 'ci' } }, 'jobs')).toEqual([3, 'profile ci (pawl.yaml:5)'])
  expect(await shown({ yaml, flags: { profile: 'ci' }, env: { PAWL_JOBS: '4' } }, 'jobs')).toEqual([4, 'environment PAWL_JOBS'])
  expect(await shown({ yaml, flags: { profile: 'ci', jobs: 5 }, env: { PAWL_JOBS: '4' } }, 'jobs')).toEqual([5, '--jobs'])
})

test('flags are named as they are typed', async () => {
  const flags: Request = {
    skipTests: true,
    failFast: true,
    timeoutMs: 5,
    selection: { kind: 'since', ref: 'main' },
    stage: ['quality'],
    fix: false,
    logs: false,
    only: ['a'],
  }
  const result = await from({ flags })
  expect(result.ok && result.value.origins).toMatchObject({
    skipTests: '--skip-tests',
    failFast: '--fail-fast',
    timeoutMs: '--timeout',
    selection: '--since',
    stages: '--stage',
    fixLevel: '--no-fix',
    logs: '--no-logs',
    only: '--only',
  })
  expect(result.ok && result.value.settings).toMatchObject({ skipTests: true, failFast: true, timeoutMs: 5, stages: ['quality'], fixLevel: -1, logs: false })
})

test('fixes are tracked at most, only safe ones in CI, and what somebody says counts', async () => {
  const table: readonly (readonly [Given, number])[] = [
    [{}, 1],
    [{ ci: true }, 0],
    [{ flags: { fix: true }, ci: true }, 1],
    [{ flags: { fix: false } }, -1],
    [{ flags: { fix: 'safe' } }, 0],
    [{ flags: { fix: 'lock' } }, 2],
    [{ flags: { fix: 'system' }, ci: true }, 3],
    [{ yaml: 'fix: true\n', ci: true }, 0],
    [{ yaml: 'fix: true\n' }, 1],
    [{ yaml: 'fix: tracked\n', ci: true }, 1],
    [{ yaml: 'fix: false\n' }, -1],
    [{ yaml: 'fix: false\n', flags: { fix: true } }, 1],
    [{ env: { AUTO_REMEDIATE: '0' } }, -1],
    [{ env: { AUTO_REMEDIATE: '1' }, ci: true }, 1],
    [{ env: { AUTO_REMEDIATE: '0' }, flags: { fix: 'lock' } }, 2],
  ]
  for (const [given, level] of table) expect([given, (await shown(given, 'fixLevel'))[0]]).toEqual([given, level])
})

test('durations and sizes of the file are read, and mappings of a profile are laid over those of the file', async () => {
  const yaml =
    'lockWait: 1m\ndiskFree: 1.5 GB\nttl: {lockfile: 1m, quality: 2m}\nenv: {pass: [A], key: [B]}\nprofiles:\n  p:\n    ttl: {lockfile: 5s}\n    env: {key: [C]}\n'
  expect(await shown({ yaml }, 'lockWaitMs')).toEqual([60_000, 'pawl.yaml:1'])
  expect(await shown({ yaml }, 'diskFreeBytes')).toEqual([1_500_000_000, 'pawl.yaml:2'])
  const result = await from({ yaml, flags: { profile: 'p' } })
  expect(result.ok && result.value.settings).toMatchObject({ ttl: { lockfile: 5000, quality: 120_000, runtime: 3_600_000 }, envPass: ['A'], envKey: ['C'] })
})

test('each built-in strategy is what its name says', async () => {
  const table = {
    fast: { select: 'fast', order: 'needs' },
    comprehensive: { select: 'all', order: 'needs' },
    'dependency-aware': { select: 'all', order: 'needs' },
    parallel: { select: 'all', order: 'needs', jobs: 6 },
    sequential: { select: 'all', order: 'declared', jobs: 1 },
  }
  for (const [name, strategy] of Object.entries(table)) expect((await shown({ flags: { strategy: name } }, 'strategy'))[0]).toMatchObject({ name, ...strategy })
})

test('a strategy that fixes its number of jobs yields only to a number said more strongly', async () => {
  expect(await shown({ yaml: 'jobs: 2\n', flags: { strategy: 'parallel' } }, 'jobs')).toEqual([6, 'strategy parallel'])
  expect(await shown({ yaml: 'jobs: 2\nstrategy: parallel\n' }, 'jobs')).toEqual([6, 'strategy parallel'])
  expect(await shown({ yaml: 'strategy: parallel\n', env: { PAWL_JOBS: '3' } }, 'jobs')).toEqual([3, 'environment PAWL_JOBS'])
  expect(await shown({ env: { PAWL_JOBS: '3' }, flags: { strategy: 'sequential' } }, 'jobs')).toEqual([1, 'strategy sequential'])
  expect(await shown({ flags: { strategy: 'parallel', jobs: 2 } }, 'jobs')).toEqual([2, '--jobs'])
})

test('a strategy of the file is used by name, and changes the built-in one of its name', async () => {
  const yaml = 'strategy: mine\nstrategies:\n  mine: {order: stages, failFast: true, skip: [slow], jobs: 3}\n  fast: {jobs: 2}\n'
  expect(await shown({ yaml }, 'strategy')).toEqual([
    { name: 'mine', select: 'all', order: 'stages', failFast: true, only: [], skip: ['slow'], stages: [], jobs: 3 },
    'pawl.yaml:1',
  ])
  expect(await shown({ yaml }, 'failFast')).toEqual([true, 'strategy mine'])
  expect(await shown({ yaml, flags: { failFast: false } }, 'failFast')).toEqual([false, '--no-fail-fast'])
  expect(await shown({ yaml, flags: { fast: true } }, 'strategy')).toEqual([
    { name: 'fast', select: 'fast', order: 'needs', failFast: false, only: [], skip: [], stages: [], jobs: 2 },
    '--fast',
  ])
})

test('--fast goes before what the file and the environment name, but not against what is named beside it', async () => {
  const name = async (given: Given): Promise<unknown> => {
    const result = await from(given)
    return result.ok ? result.value.settings.strategy.name : result.failures.map(({ type, what }) => `${type}: ${what}`)
  }
  expect(await name({ flags: { fast: true }, yaml: 'strategy: sequential\n' })).toBe('fast')
  expect(await name({ flags: { fast: true }, env: { PAWL_STRATEGY: 'parallel' } })).toBe('fast')
  expect(await name({ flags: { strategy: 'parallel' }, env: { FAST_MODE: '1' } })).toBe('parallel')
  expect(await name({ flags: { fast: false }, env: { FAST_MODE: '1' } })).toBe('comprehensive')
  expect(await name({ flags: { fast: true, strategy: 'fast' } })).toBe('fast')
  expect(await name({ flags: { fast: true, strategy: 'quick' }, yaml: 'strategies: {quick: {select: fast}}\n' })).toBe('quick')
  expect(await name({ flags: { fast: true, strategy: 'parallel' } })).toEqual(['args.conflict: --fast and --strategy parallel contradict each other'])
  expect(await name({ env: { FAST_MODE: '1', PAWL_STRATEGY: 'sequential' } })).toEqual([
    'args.conflict: environment FAST_MODE and environment PAWL_STRATEGY=sequential contradict each other',
  ])
})

test('contradictions and unknown names are refused', async () => {
  expect(await shown({ flags: { interactive: true, fix: false } }, 'jobs')).toEqual([
    'args.conflict: --interactive and --no-fix contradict each other | Leave one of them out.',
  ])
  expect(await shown({ env: { INTERACTIVE: '1', AUTO_REMEDIATE: '0' } }, 'jobs')).toEqual([
    'args.conflict: INTERACTIVE and AUTO_REMEDIATE=0 contradict each other | Leave one of them out.',
  ])
  expect((await shown({ flags: { fix: false }, env: { INTERACTIVE: '1' } }, 'fixLevel'))[0]).toBe(-1)
  expect(await shown({ flags: { strategy: 'paralel' } }, 'jobs')).toEqual(["args.bad-value: there is no strategy 'paralel' | Did you mean 'parallel'?"])
  expect(await shown({ flags: { strategy: 'toString' } }, 'jobs')).toEqual([
    "args.bad-value: there is no strategy 'toString' | Known: fast, comprehensive, dependency-aware, parallel, sequential",
  ])
  expect(await shown({ yaml: 'jobs: 1\nstrategy: fats\n' }, 'jobs')).toEqual(["config.invalid 2:1: there is no strategy 'fats' | Did you mean 'fast'?"])
  expect(await shown({ yaml: 'profiles: {p: {strategy: x}}\n', flags: { profile: 'p' } }, 'jobs')).toEqual([
    "config.invalid 1:16: there is no strategy 'x' | Known: fast, comprehensive, dependency-aware, parallel, sequential",
  ])
  expect(await shown({ yaml: 'profiles: {nightly: {}}\n', flags: { profile: 'nigthly' } }, 'jobs')).toEqual([
    "args.bad-value 1:1: there is no profile 'nigthly' | Did you mean 'nightly'?",
  ])
  expect(await shown({ flags: { profile: 'x' } }, 'jobs')).toEqual(["args.bad-value: there is no profile 'x' | Add it under 'profiles' in pawl.yaml."])
})
