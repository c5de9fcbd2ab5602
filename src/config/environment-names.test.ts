import { expect, test } from 'bun:test'
import { requestFromEnvironment } from './environment-names.ts'

function check(env: Readonly<Record<string, string | undefined>>, expected: unknown, from?: unknown): void {
  const result = requestFromEnvironment(env)
  const shown = result.ok ? result.value.request : result.failures.map((failure) => `${failure.type}: ${failure.what}; ${failure.why ?? ''}`)
  expect({ env, shown }).toEqual<unknown>({ env, shown: expected })
  if (from !== undefined && result.ok) expect(result.value.from).toEqual<unknown>(from)
}

test('every name of the older systems is understood', () => {
  check({ FAST_MODE: '1' }, { fast: true }, { fast: 'FAST_MODE' })
  check({ SKIP_TESTS: 'yes' }, { skipTests: true })
  check({ DRY_RUN: 'TRUE' }, { dryRun: true })
  check({ INTERACTIVE: 'On' }, { interactive: true })
  check({ AUTO_REMEDIATE: '1' }, { fix: true })
  check({ AUTO_REMEDIATE: 'no' }, { fix: false }, { fix: 'AUTO_REMEDIATE' })
  check({ PERSIST_CONFIG: '0' }, { persist: false })
  check({ LOG_REMEDIATION: 'off' }, { logs: false }, { logs: 'LOG_REMEDIATION' })
  check({ MAX_PARALLEL_AGENTS: '4' }, { agents: 4 })
  check({ TASK_TIMEOUT: '90' }, { timeoutMs: 90_000 })
  check({ TASK_TIMEOUT: '1h 30m' }, { timeoutMs: 5_400_000 })
  check({ PAWL_JOBS: '8', PAWL_STRATEGY: 'mine' }, { jobs: 8, strategy: 'mine' })
})

test('names to skip are separated by commas, and our own variable goes before that of pre-commit', () => {
  check({ SKIP: 'lint, types,,' }, { skip: ['lint', 'types'] }, { skip: 'SKIP' })
  check({ PAWL_SKIP: 'a', SKIP: 'b' }, { skip: ['a'] }, { skip: 'PAWL_SKIP' })
})

test('an empty variable says nothing', () => {
  check({ FAST_MODE: '', DRY_RUN: '  ', PAWL_JOBS: '', SKIP: '', TASK_TIMEOUT: undefined }, {}, {})
})

test('names that every object has are not taken for variables', () => {
  check({}, {}, {})
})

test('a value that a variable cannot have is refused, and all of them are told at once', () => {
  check({ FAST_MODE: 'maybe', PAWL_JOBS: '0', TASK_TIMEOUT: 'soon', MAX_PARALLEL_AGENTS: '2.5', DRY_RUN: '2' }, [
    "args.bad-value: the environment variable FAST_MODE is 'maybe'; it accepts 0, 1, true, false, yes, no, on, off",
    "args.bad-value: the environment variable DRY_RUN is '2'; it accepts 0, 1, true, false, yes, no, on, off",
    "args.bad-value: the environment variable MAX_PARALLEL_AGENTS is '2.5'; it accepts a whole number from 1",
    "args.bad-value: the environment variable TASK_TIMEOUT is 'soon'; it accepts seconds or a duration such as 90s, 10m, 1h",
    "args.bad-value: the environment variable PAWL_JOBS is '0'; it accepts a whole number from 1",
  ])
  for (const value of ['0', '0s', '-1', 'NaN', '1e3']) expect(requestFromEnvironment({ TASK_TIMEOUT: value }).ok).toBe(false)
  for (const value of ['-1', '1e3', '0x2', '99999999999999999999', '１']) expect(requestFromEnvironment({ PAWL_JOBS: value }).ok).toBe(false)
})
