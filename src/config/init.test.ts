import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Json } from '../model/json.ts'
import type { Task } from '../model/task.ts'
import { initText } from './init.ts'
import { loadConfig } from './load.ts'
import { mergeChecks } from './merge.ts'
import { nothingDetected, type Detected } from './preset.ts'
import { memoryFiles } from './presets/memory-files.ts'
import { settingsFrom } from './settings-from.ts'
import type { CheckConfig, FixConfig } from './check-shape.ts'
import { tasksOf } from './tasks.ts'
import { entryYaml } from './yaml-text.ts'
import { isEndlessGlob } from '../model/endless-glob.ts'

const detection = (checks: Readonly<Record<string, CheckConfig>>): Detected => ({ ...nothingDetected, checks })

/** What `pawl` would do with a detection, or with the file that `pawl init` makes of it. */
async function tasksFor(detected: Detected, yaml?: string): Promise<{ readonly tasks: readonly Task[] } | { readonly failures: readonly string[] }> {
  const loaded = await loadConfig(memoryFiles(yaml === undefined ? {} : { 'pawl.yaml': yaml }), { importModule: () => Promise.resolve({}) })
  if (!loaded.ok) return { failures: loaded.failures.map(({ what, place }) => `${place?.line}: ${what}`) }
  const settings = settingsFrom({ flags: {}, environment: { request: {}, from: {} }, loaded: loaded.value, ci: false, processors: 4 })
  if (!settings.ok) return { failures: settings.failures.map(({ what }) => what) }
  const result = tasksOf(mergeChecks(detected, loaded.value), settings.value.settings, loaded.value.placeOf, 'linux')
  return result.ok ? { tasks: result.value.tasks } : { failures: result.failures.map(({ what }) => what) }
}

test('a small detection makes this file', () => {
  const text = initText({
    found: [{ name: 'eslint', why: 'devDependencies + eslint.config.js' }],
    remarks: [{ text: 'two lockfiles', file: 'yarn.lock' }],
    failures: [],
    checks: {
      'npm:installed': {
        builtin: 'packages-installed',
        with: { manifests: ['package.json'] },
        stage: 'dependencies',
        fix: [{ command: ['npm', 'ci'], level: 'safe', writes: ['node_modules'] }],
        reason: 'package-lock.json',
      },
      lint: { command: ['eslint', '{files}'], files: ['**/*.ts'], parser: 'eslint-json', fix: 'eslint --fix .', env: { CI: '1' } },
    },
  })
  expect(text.slice(text.indexOf('# Found here'), text.indexOf('# Settings'))).toBe(
    '# Found here:\n#   eslint: devDependencies + eslint.config.js\n\n# Worth knowing:\n#   yarn.lock: two lockfiles\n\n',
  )
  expect(text.slice(text.indexOf('\nchecks:') + 1)).toBe(`checks:
  # package-lock.json
  npm:installed:
    reason: package-lock.json
    stage: dependencies
    builtin: packages-installed
    with:
      manifests: [package.json]
    fix:
      - {command: [npm, ci], level: safe, writes: [node_modules]}
    timeout: 10m
    severity: required

  lint:
    reason: detected
    stage: quality
    command: [eslint, "{files}"]
    fix: eslint --fix .
    files: ["**/*.ts"]
    timeout: 10m
    severity: required
    parser: eslint-json
    env:
      CI: "1"
`)
})

test('the file starts with what an editor needs, and turns detection off', () => {
  const lines = initText(nothingDetected).split('\n')
  expect(lines[0]).toBe('# yaml-language-server: $schema=https://unpkg.com/pawl/schema/pawl.schema.json')
  expect(lines).toContain('version: 1')
  expect(lines).toContain('detect: false')
  expect(lines).toContain('checks: {}')
})

test('a file without checks can be read back', async () => {
  expect(await tasksFor(nothingDetected, initText(nothingDetected))).toEqual({ tasks: [] })
})

test('what is found cannot leave its comment', async () => {
  const evil = 'x\nchecks: {evil: {command: rm}}\r\u2028y\u0085z'
  const text = initText({
    found: [{ name: evil, why: evil }],
    remarks: [{ text: evil, file: evil }],
    failures: [{ type: 'detect.unreadable', what: evil }],
    checks: { a: { command: 'x', reason: evil } },
  })
  const read = await tasksFor(nothingDetected, text)
  expect('tasks' in read ? read.tasks.map((task) => [task.id, task.reason]) : read).toEqual([['a', evil]] as never)
})

const text = fc.oneof(
  fc.stringMatching(/^[a-z0-9:.# =@/+-]{0,12}$/),
  fc.constantFrom(
    'a:b',
    'a: b',
    'a -b',
    'a - b',
    'a :b',
    '10m',
    '1h 30m',
    'a b',
    'yes no',
    'true',
    'null',
    '~',
    'no',
    '1',
    '0x1',
    '1e3',
    '.',
    '-',
    '--',
    '',
    ' ',
    'a: b',
    '# c',
    '- x',
    '{files}',
    '*a',
    '&b',
    '!c',
    '@d',
    '%e',
    '"',
    "'",
    '\\',
    '\t',
    '\n',
    '2020-01-01',
    '=',
    '<<',
    '\u2028',
    '\ufeff',
    '\u0085',
    '\u007f',
    '…',
    '😀',
    '\ud800',
  ),
  fc.string(),
  fc.string({ unit: 'binary' }),
)
const name = fc
  .stringMatching(/^[A-Za-z0-9._:/@+-]{1,20}$/)
  .filter((word) => !/:fix\d*$/.test(word) && !['__proto__', 'constructor', 'prototype'].includes(word))
const glob = text.filter((word) => !isEndlessGlob(word))
const program = fc.constantFrom('eslint', './x', '@a/b', '-x', 'true', '1')
const command = fc.oneof(
  fc.tuple(program, fc.array(text.filter((word) => !word.includes('{files}') && !word.includes('\0')))).map(([first, rest]) => [first, ...rest]),
  fc.constantFrom('a b {files}', 'a && b', "echo 'x: y' # z"),
)
const key = text.filter((word) => !['__proto__', 'constructor', 'prototype'].includes(word))
const env = fc.dictionary(key, text, { noNullPrototype: true })
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
})).value
const option = { requiredKeys: [] as [], noNullPrototype: true }
const fix: fc.Arbitrary<FixConfig> = fc.record(
  { command, level: fc.constantFrom('safe', 'tracked', 'never'), writes: fc.array(glob), timeout: fc.constantFrom('5m', 90), env, install: text },
  { requiredKeys: ['command'], noNullPrototype: true },
)
const details = fc.record(
  {
    stage: fc.constantFrom('environment', 'dependencies', 'platform', 'own'),
    files: fc.oneof(glob, fc.array(glob)),
    inputs: fc.oneof(fc.constant('unknown' as const), fc.array(glob)),
    extra: fc.array(glob),
    fix: fc.oneof(fc.constantFrom('a --fix', 'x; y'), fix, fc.array(fix)),
    timeout: fc.constantFrom('5m', '1h 30m', 90),
    retries: fc.oneof(fc.nat(20), fc.record({ times: fc.nat(20) }, { noNullPrototype: true })),
    ttl: fc.constantFrom('lockfile', '1h'),
    severity: fc.constantFrom('required', 'advisory'),
    env,
    passEnv: fc.array(text),
    exits: fc.record({ pass: fc.array(fc.nat(255)), findings: fc.oneof(fc.constant('other' as const), fc.array(fc.nat(255))) }, option),
    priority: fc.integer(),
    weight: fc.integer({ min: 1, max: 9 }),
    fast: fc.boolean(),
    reason: text,
    mutex: fc.oneof(text, fc.array(text)),
    platforms: fc.constant(['linux', 'macos'] as ('linux' | 'macos')[]),
  },
  option,
)
const work = fc.oneof(
  command.map((argv) => ({ command: argv })),
  fc.record({ builtin: text, with: fc.dictionary(key, json, { noNullPrototype: true }) }, { requiredKeys: ['builtin'], noNullPrototype: true }),
)
const check: fc.Arbitrary<CheckConfig> = fc.tuple(work, details).map(([what, more]): CheckConfig => ({ ...what, ...more }))
const checks = fc.dictionary(name, check, { maxKeys: 4, noNullPrototype: true })

test('read back, the file means exactly the tasks that were detected', async () => {
  await fc.assert(
    fc.asyncProperty(checks, async (detected) => {
      const yaml = initText(detection(detected))
      expect(initText(detection(structuredClone(detected)))).toBe(yaml)
      const direct = await tasksFor(detection(detected))
      expect(direct).toHaveProperty('tasks')
      expect(await tasksFor(nothingDetected, yaml)).toEqual(direct)
    }),
    { numRuns: 150 },
  )
})

test('any plain data comes back from YAML as it was', async () => {
  const { parse } = await import('yaml')
  fc.assert(
    fc.property(key, json, (word, value) => {
      expect(parse(entryYaml(word, value, '').join('\n'))).toEqual({ [word]: value })
    }),
    { numRuns: 300 },
  )
})
