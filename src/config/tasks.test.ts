import { expect, test } from 'bun:test'
import type { Task } from '../model/task.ts'
import type { Platform } from './command.ts'
import { memoryFiles } from './presets/memory-files.ts'
import { loadConfig } from './load.ts'
import { mergeChecks } from './merge.ts'
import { nothingDetected } from './preset.ts'
import { settingsFrom } from './settings-from.ts'
import { tasksOf } from './tasks.ts'
import type { Request } from '../model/request.ts'

async function translated(checks: string, platform: Platform = 'linux', flags: Request = {}, head = '') {
  const yaml = `${head}checks:\n${checks.replace(/^/gm, '  ')}\n`
  const loaded = await loadConfig(memoryFiles({ 'pawl.yaml': yaml }), { importModule: () => Promise.resolve({}) })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failures))
  const settings = settingsFrom({ flags, environment: { request: {}, from: {} }, loaded: loaded.value, ci: false, processors: 2 })
  if (!settings.ok) throw new Error(JSON.stringify(settings.failures))
  return tasksOf(mergeChecks(nothingDetected, loaded.value), settings.value.settings, loaded.value.placeOf, platform)
}

async function tasks(checks: string, platform?: Platform, flags?: Request, head?: string): Promise<Readonly<Record<string, Task>>> {
  const result = await translated(checks, platform, flags, head)
  if (!result.ok) throw new Error(JSON.stringify(result.failures, null, 1))
  return Object.fromEntries(result.value.tasks.map((task) => [task.id, task]))
}

async function complaints(checks: string, platform?: Platform): Promise<readonly string[]> {
  const result = await translated(checks, platform)
  return result.ok ? [] : result.failures.map(({ type, what, hint, place }) => `${place?.line}:${place?.column} ${type}: ${what} | ${hint ?? ''}`)
}

test('a check with nothing but a command gets all defaults', async () => {
  expect(await tasks('lint: { command: eslint . }')).toEqual<unknown>({
    lint: {
      id: 'lint',
      role: 'check',
      stage: 'quality',
      action: {
        kind: 'command',
        argv: ['eslint', '.'],
        whole: ['.'],
        cwd: '.',
        env: {},
        exits: { pass: [0], findings: 'other' },
        parser: 'gnu',
        failsOnOutput: false,
      },
      needs: [],
      after: [],
      inputs: { files: ['**/*'], env: [], tools: [], extra: [] },
      outputs: [],
      fixes: [],
      level: 0,
      derived: [],
      timeoutMs: 600_000,
      retry: { times: 0, delayMs: 1000, on: ['errored', 'timed-out'] },
      severity: 'required',
      pool: 'cpu',
      weight: 1,
      mutexes: [],
      priority: 0,
      fast: false,
      reason: 'pawl.yaml:2',
    },
  })
})

test('everything that a check says arrives in its task', async () => {
  const { a } = await tasks(`a:
  command: [x, "{files}"]
  stage: platform
  files: "src/**"
  whole: [src]
  inputs: unknown
  extra: [.env]
  tools: [node]
  outputs: ["dist/**"]
  after: [b]
  timeout: 90s
  silence: 30
  ttl: 1h
  severity: advisory
  mutex: db
  pool: agents
  weight: 2
  priority: 3
  env: { A: "1" }
  passEnv: [B]
  exits: { pass: [0, 3], findings: [1] }
  parser: none
  failsOnOutput: true
  cwd: packages/a
  install: npm i x
  fast: true
  reason: because
b: { builtin: node-version, with: { least: 24 } }`)
  expect(a).toMatchObject({
    stage: 'platform',
    after: ['b'],
    outputs: ['dist/**'],
    timeoutMs: 90_000,
    ttlMs: 3_600_000,
    severity: 'advisory',
    mutexes: ['db'],
    pool: 'agents',
    weight: 2,
    priority: 3,
    fast: true,
    reason: 'because',
    concerns: ['src/**'],
    action: {
      argv: ['x', '{files}'],
      whole: ['src'],
      cwd: 'packages/a',
      env: { A: '1' },
      exits: { pass: [0, 3], findings: [1] },
      parser: 'none',
      failsOnOutput: true,
      silenceMs: 30_000,
      install: 'npm i x',
    },
  })
  expect(a?.inputs).toEqual<unknown>({ env: ['B'], tools: ['node'], extra: ['.env'] })
})

test('a check built into pawl keeps its arguments', async () => {
  expect((await tasks('a: { builtin: node-version, with: { least: 24, deep: [1, { x: null }] } }'))['a']?.action).toEqual<unknown>({
    kind: 'builtin',
    name: 'node-version',
    with: { least: 24, deep: [1, { x: null }] },
  })
})

test('checks need the stages environment and dependencies unless they say otherwise', async () => {
  const all = await tasks(`runtime: { command: a, stage: environment, fix: f }
manager: { command: a, stage: environment }
install: { command: a, stage: dependencies }
lint: { command: a }
free: { command: a, needs: [] }
mac: { command: a, stage: platform }
special: { command: a, stage: odd }
mine: { command: a, needs: [lint, lint] }`)
  const needs = Object.fromEntries(
    Object.values(all)
      .filter((task) => task.role === 'check')
      .map((task) => [task.id, task.needs]),
  )
  const prepared = ['runtime', 'manager', 'install']
  expect(needs).toEqual<unknown>({
    runtime: [],
    manager: [],
    install: ['runtime', 'manager'],
    lint: prepared,
    free: [],
    mac: prepared,
    special: prepared,
    mine: ['lint'],
  })
})

test('a stage between environment and dependencies needs the environment only', async () => {
  const all = await tasks(
    'e: { command: a, stage: environment }\nd: { command: a, stage: dependencies }\ng: { command: a, stage: generate }',
    'linux',
    {},
    'stages: [environment, generate, dependencies]\n',
  )
  expect([all['g']?.needs, all['d']?.needs]).toEqual<unknown>([['e'], ['e']])
})

test('each form of a fix becomes a task of its own', async () => {
  const all = await tasks(`one: { command: a, fix: eslint --fix . }
two: { command: a, cwd: pkg, passEnv: [T], env: { A: "1", B: "1" }, files: "*.py", mutex: [m], fix: [ruff format ., { command: [ruff, check, "{files}"], level: lock, whole: [src], writes: [.venv], timeout: 1m, env: { B: "2" }, exits: { pass: [0, 1] }, install: uv }] }
three: { command: a, fix: { command: "a && b", level: never, cwd: . } }
same: { command: a, fix: eslint --fix . }
shared: { command: a, fix: ["one:fix", x] }`)
  expect(Object.keys(all)).toEqual<unknown>(['one', 'one:fix', 'two', 'two:fix', 'two:fix2', 'three', 'three:fix', 'same', 'same:fix', 'shared', 'shared:fix2'])
  expect([all['one']?.fixes, all['two']?.fixes, all['shared']?.fixes]).toEqual<unknown>([['one:fix'], ['two:fix', 'two:fix2'], ['one:fix', 'shared:fix2']])
  expect(all['one:fix']).toMatchObject({
    role: 'fix',
    level: 1,
    stage: 'quality',
    needs: [],
    timeoutMs: 600_000,
    reason: 'mends one',
    concerns: ['**/*'],
    action: { argv: ['eslint', '--fix', '.'], parser: 'none' },
  })
  expect(all['two:fix2']).toMatchObject({
    level: 2,
    derived: ['.venv'],
    timeoutMs: 60_000,
    mutexes: ['m'],
    concerns: ['*.py'],
    inputs: { env: ['T'] },
    action: { argv: ['ruff', 'check', '{files}'], whole: ['src'], cwd: 'pkg', env: { A: '1', B: '2' }, exits: { pass: [0, 1] }, install: 'uv' },
  })
  expect(all['three:fix']).toMatchObject({ level: 4, action: { argv: ['sh', '-c', 'a && b'], cwd: '.' } })
})

test('further tries are told by a number or in full', async () => {
  const all = await tasks(
    'a: { command: x, retries: 2 }\nb: { command: x, retries: { times: 1 } }\nc: { command: x, retries: { times: 3, delay: 5s, on: [failed] } }',
  )
  expect([all['a']?.retry, all['b']?.retry, all['c']?.retry]).toEqual<unknown>([
    { times: 2, delayMs: 1000, on: ['failed', 'errored', 'timed-out'] },
    { times: 1, delayMs: 1000, on: ['errored', 'timed-out'] },
    { times: 3, delayMs: 5000, on: ['failed'] },
  ])
})

test('a ttl may be the name of a row of the table', async () => {
  const all = await tasks('a: { command: x, ttl: lockfile }\nb: { command: x, ttl: runtime }\nc: { command: x }', 'linux', {}, 'ttl: { runtime: 2h }\n')
  expect([all['a']?.ttlMs, all['b']?.ttlMs, all['c']?.ttlMs]).toEqual<unknown>([300_000, 7_200_000, undefined])
})

test('--timeout replaces every time limit', async () => {
  const all = await tasks('a: { command: x, timeout: 5s, fix: { command: y, timeout: 6s } }', 'linux', { timeoutMs: 1234 })
  expect([all['a']?.timeoutMs, all['a:fix']?.timeoutMs]).toEqual<unknown>([1234, 1234])
})

test('the strategy parallel waits for needs only', async () => {
  const checks = 'a: { command: x }\nb: { command: x, after: [a], needs: [a] }'
  expect([(await tasks(checks))['b']?.after, (await tasks(checks, 'linux', { strategy: 'parallel' }))['b']?.after]).toEqual<unknown>([['a'], []])
  expect((await tasks(checks, 'linux', { strategy: 'parallel' }))['b']?.needs).toEqual<unknown>(['a'])
})

test('a check for another platform is skipped, says so, and binds nobody', async () => {
  const checks = `mac: { command: a, platforms: [macos], stage: environment, fix: f }
both: { command: a, platforms: [macos, windows] }
here: { command: a, platforms: [linux] }
test: { command: a, needs: [mac, here], fix: "mac:fix" }`
  const result = await translated(checks)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  expect(result.value.skips).toEqual<unknown>([
    { task: 'mac', stage: 'environment', reason: 'only on macos; this is linux' },
    { task: 'both', stage: 'quality', reason: 'only on macos or windows; this is linux' },
  ])
  expect(result.value.tasks.map((task) => [task.id, task.needs, task.fixes])).toEqual<unknown>([
    ['here', [], []],
    ['test', ['here'], []],
  ])
  expect(Object.keys(await tasks(checks, 'wsl'))).toEqual<unknown>(['here', 'test'])
  expect(Object.keys(await tasks(checks, 'macos'))).toEqual<unknown>(['mac', 'mac:fix', 'both', 'test'])
})

test('every mistake is told at its place', async () => {
  const table: readonly (readonly [string, ...string[]])[] = [
    ['a: {}', `2:3 config.invalid: 'a' has neither 'command' nor 'builtin' | Say what to do with "command: …".`],
    [
      'eslint: { command: x }\neslnt: { timeout: 5m }',
      `3:3 config.invalid: 'eslnt' has neither 'command' nor 'builtin' | Did you mean to change 'eslint'? Otherwise say what to do with "command: …".`,
    ],
    ['a: { command: x, builtin: y }', "2:3 config.invalid: 'a' has both 'command' and 'builtin' | Keep one of them."],
    ['a: { command: x, with: {} }', "2:3 config.invalid: 'a' has 'with', which only a 'builtin' or an 'adapter' takes | Write the arguments into the command."],
    ['a: { command: [] }', '2:8 config.invalid: the command is empty | Name the program to start.'],
    [
      'build: { command: x }\ntest: { command: x, needs: [biuld] }',
      "3:31 config.unknown-task: 'test' needs 'biuld', which is not a task | Did you mean 'build'?",
    ],
    ['test: { command: x, after: [zzz, test] }', "2:31 config.unknown-task: 'test' follows 'zzz', which is not a task | Known: test"],
    [
      'test: { command: x, after: ["a:fix"] }\na: { command: x, fix: y }',
      "2:31 config.unknown-task: 'test' follows 'a:fix', which is a fix | Write 'a', the check that it mends.",
    ],
    [
      'test: { command: x, fix: "lnt:fix" }\nlint: { command: x, fix: y }',
      "2:23 config.unknown-task: 'test' is fixed by 'lnt:fix', which is not a task | Did you mean 'lint:fix'?",
    ],
    ['lint: { command: x, fix: "lint:fix" }', "2:23 config.unknown-task: 'lint' is fixed by 'lint:fix', which is not a task | Known: "],
    ['lint: { command: x, needs: [toString] }', "2:31 config.unknown-task: 'lint' needs 'toString', which is not a task | Known: lint"],
    ['lint: { command: x, fix: y }\n"lint:fix": { command: z }', "3:3 config.invalid: two tasks are named 'lint:fix' | Give the check another name."],
    ['"a b": { command: x }', "2:3 config.invalid: 'a b' is no name for a check | Use letters, digits and . _ : / @ + - only."],
    ['"": { command: x }', "2:3 config.invalid: '' is no name for a check | Use letters, digits and . _ : / @ + - only."],
    [`${'a'.repeat(201)}: { command: x }`, "2:3 config.invalid: the name 'aaaaaaaaaaaaaaaaaaaa…' has 201 characters | Use at most 200."],
    ['a: { command: x, fix: {} }', `2:20 config.invalid: a fix of 'a' has no 'command' | Say what to do with "command: …".`],
    ['a: { command: x, fix: [y, { level: safe }] }', `2:29 config.invalid: a fix of 'a' has no 'command' | Say what to do with "command: …".`],
    [
      'a: { command: x, fix: [eslint, --fix, .] }',
      `2:34 config.invalid: '--fix' is no fix but an argument | Write one fix as a text, or as "command: [program, argument]".`,
      `2:41 config.invalid: '.' is no fix but an argument | Write one fix as a text, or as "command: [program, argument]".`,
    ],
    ['a: { command: x, fix: { command: "" } }', '2:27 config.invalid: the command is empty | Name the program to start.'],
  ]
  for (const [checks, ...told] of table) expect([checks, ...(await complaints(checks))]).toEqual<unknown>([checks, ...told])
})

test('{files} in shell text is told at its place, for checks and fixes', async () => {
  const told = await complaints('a:\n  command: eslint {files} && x\nb:\n  command: x\n  fix:\n    - y\n    - { command: "z {files} | w" }')
  expect(told.map((line) => line.split(' | ')[0])).toEqual<unknown>([
    '3:5 config.files-in-shell: {files} stands in a command that goes through a shell',
    '8:11 config.files-in-shell: {files} stands in a command that goes through a shell',
  ])
})
