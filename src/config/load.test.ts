import { expect, test } from 'bun:test'
import { memoryFiles } from './presets/memory-files.ts'
import { loadConfig } from './load.ts'

const noModule = (): Promise<unknown> => Promise.reject(new Error('nothing to import'))

async function loaded(contents: Readonly<Record<string, string>>, importModule: (path: string) => Promise<unknown> = noModule, path?: string) {
  const result = await loadConfig(memoryFiles(contents, '/repo'), { importModule, ...(path === undefined ? {} : { path }) })
  if (!result.ok) throw new Error(result.failures.map((failure) => failure.what).join('\n'))
  return result.value
}

async function failures(contents: Readonly<Record<string, string>>, importModule: (path: string) => Promise<unknown> = noModule, path?: string) {
  const result = await loadConfig(memoryFiles(contents, '/repo'), { importModule, ...(path === undefined ? {} : { path }) })
  return result.ok ? [] : result.failures
}

test('without a file the configuration is empty', async () => {
  const { config, path, placeOf } = await loaded({})
  expect({ config, path, place: placeOf(['jobs']) }).toEqual({ config: {}, path: undefined, place: undefined })
})

test('each name that a configuration can have is found', async () => {
  for (const name of ['pawl.yaml', 'pawl.yml']) expect((await loaded({ [name]: 'jobs: 2\n' })).path).toBe(name)
  for (const name of ['pawl.config.ts', 'pawl.config.mts', 'pawl.config.js']) {
    expect((await loaded({ [name]: '' }, () => Promise.resolve({ config: { jobs: 2 } }))).config).toEqual({ jobs: 2 })
  }
})

test('two configurations are one too many', async () => {
  expect(await failures({ 'pawl.yaml': '', 'pawl.config.ts': '' })).toMatchObject([
    { type: 'config.invalid', what: 'there are two configurations: pawl.yaml and pawl.config.ts', place: { file: 'pawl.config.ts' } },
  ])
})

test('a file named on the command line is read, and its absence told', async () => {
  expect((await loaded({ 'ci/p.yaml': 'jobs: 3\n', 'pawl.yaml': 'jobs: 1\n' }, noModule, '/repo/ci/p.yaml')).config).toEqual({ jobs: 3 })
  expect((await loaded({ 'p.json': '{"jobs": 3}' }, noModule, './p.json')).config).toEqual({ jobs: 3 })
  expect(await failures({}, noModule, 'p.yaml')).toMatchObject([{ type: 'config.unreadable', what: 'there is no file p.yaml' }])
  expect(await failures({}, noModule, 'p.ts')).toMatchObject([{ type: 'config.unreadable', what: 'there is no file p.ts' }])
  expect(await failures({ 'p.toml': '' }, noModule, 'p.toml')).toMatchObject([{ type: 'config.unreadable', place: { file: 'p.toml' } }])
})

const places = `jobs: 2
checks:
  lint: &lint
    command: [eslint, "."]
    needs:
      - types
      - "setup"
  "types": {command: tsc, timeout: 5m}
  test:
    <<: *lint
    env: &env { CI: "1" }
  again: *lint
`

test('every key and item knows its place, through aliases and merges too', async () => {
  const { placeOf } = await loaded({ 'pawl.yaml': places })
  const at = (...keys: (string | number)[]): string | undefined => {
    const place = placeOf(keys)
    return place === undefined ? undefined : `${place.line}:${place.column}`
  }
  expect(at('jobs')).toBe('1:1')
  expect(at('checks', 'lint')).toBe('3:3')
  expect(at('checks', 'lint', 'command')).toBe('4:5')
  expect(at('checks', 'lint', 'command', 1)).toBe('4:23')
  expect(at('checks', 'lint', 'needs', 1)).toBe('7:9')
  expect(at('checks', 'types', 'timeout')).toBe('8:27')
  expect(at('checks', 'test', 'needs', 0)).toBe('6:9')
  expect(at('checks', 'test', 'env', 'CI')).toBe('11:17')
  expect(at('checks', 'again', 'command')).toBe('4:5')
  expect(at('checks', 'lint', 'timeout')).toBeUndefined()
  expect(at('checks', 'lint', 'needs', 2)).toBeUndefined()
  expect(at('checks', 'lint', 'needs', 'x')).toBeUndefined()
})

test('anchors and merges give the values that they repeat', async () => {
  const { config } = await loaded({ 'pawl.yaml': places })
  expect(config.checks?.['test']).toEqual({ command: ['eslint', '.'], needs: ['types', 'setup'], env: { CI: '1' } })
})

test('a byte order mark, Windows line ends and quoted numbers as names do no harm', async () => {
  const { config, placeOf } = await loaded({ 'pawl.yaml': '\ufeffjobs: 2\r\nchecks:\r\n  "1": {command: a}\r\n' })
  expect(config).toEqual({ jobs: 2, checks: { 1: { command: 'a' } } })
  expect(placeOf(['checks', '1'])).toEqual({ file: 'pawl.yaml', line: 3, column: 3 })
})

test('a module may export its configuration by name or as the default', async () => {
  const files = { 'pawl.config.ts': '' }
  const seen: string[] = []
  const { config, placeOf } = await loaded(files, (path) => {
    seen.push(path)
    return Promise.resolve({ config: { checks: { a: { command: 'x', timeout: undefined } } }, default: { jobs: 9 } })
  })
  expect(seen).toEqual(['/repo/pawl.config.ts'])
  expect(config.checks?.['a']?.valueOf()).toMatchObject({ command: 'x' })
  expect(placeOf(['checks', 'a'])).toEqual({ file: 'pawl.config.ts' })
  expect(placeOf(['checks', 'b'])).toBeUndefined()
  expect((await loaded(files, () => Promise.resolve({ default: { jobs: 9 } }))).config).toEqual({ jobs: 9 })
})

test('a module that throws, exports nothing or something else is told as such', async () => {
  const files = { 'pawl.config.ts': '' }
  const place = { file: 'pawl.config.ts' }
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const exported = (config: unknown) => failures(files, () => Promise.resolve({ config }))
  expect(await failures(files, () => Promise.reject(new SyntaxError('Unexpected token')))).toMatchObject([
    { type: 'config.unreadable', what: 'pawl.config.ts could not be imported', why: 'SyntaxError: Unexpected token', place },
  ])
  expect(await failures(files, () => Promise.resolve({ other: 1 }))).toMatchObject([
    { type: 'config.invalid', what: 'pawl.config.ts exports no configuration', place },
  ])
  expect(await exported(() => ({}))).toMatchObject([{ what: 'the configuration must be a mapping, not a function', place }])
  expect(await exported({ jbos: 1, jobs: 'x' })).toMatchObject([
    { what: "unknown key 'jbos'", place },
    { what: "'jobs' must be a whole number from 1, not 'x'", place },
  ])
  expect(await exported({ checks: { a: { builtin: 'x', with: circle } } })).toMatchObject([
    { what: "'checks.a.with' must be a mapping of plain data, not a mapping", place },
  ])
  expect(await exported({ checks: { a: { builtin: 'x', with: { f: () => 1 } } } })).toHaveLength(1)
})
