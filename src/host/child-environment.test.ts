import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { childEnvironment, defaultKey, defaultPass, keyedValues } from './child-environment.ts'

const allow = { pass: defaultPass, key: defaultKey }
const folders = { root: '/r', cwd: '/r' }
let real = ''

beforeAll(() => {
  real = mkdtempSync(join(tmpdir(), 'pawl-environment-'))
})
afterAll(() => {
  rmSync(real, { recursive: true })
})

const namesOf = (source: Record<string, string>, allowed = allow) => Object.keys(childEnvironment(source, allowed, folders)).filter((name) => name !== 'PATH')

const pathOf = (path: string, places: { root: string; cwd: string }) => (childEnvironment({ PATH: path }, allow, places)['PATH'] ?? '').split(delimiter)

test('only what is on the list reaches a child', () => {
  const given = { HOME: '/h', LC_ALL: 'C', CI: '1', https_proxy: 'p', AWS_SECRET_ACCESS_KEY: 's', GITHUB_TOKEN: 't', MY_VAR: 'x', PAWL_ATTEMPT: 'outer' }
  expect(namesOf(given)).toEqual(['HOME', 'LC_ALL', 'CI', 'https_proxy'])
})

test('a name may be allowed exactly or by its beginning', () => {
  const given = { MY_VAR: '1', MY_OTHER: '2', MYSELF: '3' }
  expect(namesOf(given, { pass: ['MY_*'], key: [] })).toEqual(['MY_VAR', 'MY_OTHER'])
  expect(namesOf(given, { pass: [], key: ['MYSELF'] })).toEqual(['MYSELF'])
  expect(namesOf(given, { pass: ['*'], key: [] })).toEqual(['MY_VAR', 'MY_OTHER', 'MYSELF'])
})

test('what a git hook, npm or Bun put there never reaches a child, whatever is allowed', () => {
  const given = {
    GIT_DIR: '1',
    GIT_INDEX_FILE: '1',
    BUN_OPTIONS: '1',
    BUN_BE_BUN: '1',
    BUN_INSPECT: '1',
    BUN_INSPECT_NOTIFY: '1',
    npm_lifecycle_event: '1',
    npm_package_name: '1',
    INIT_CWD: '1',
    FORCE_COLOR: '1',
    npm_config_user_agent: '1',
    npm_config_registry: 'r',
  }
  expect(namesOf(given, { pass: ['*'], key: Object.keys(given).filter((name) => name !== 'npm_config_registry') })).toEqual(['npm_config_registry'])
})

test('NODE_OPTIONS is given only when it is named exactly', () => {
  expect(namesOf({ NODE_OPTIONS: 'x' }, { pass: ['*', 'NODE_*'], key: [] })).toEqual([])
  expect(namesOf({ NODE_OPTIONS: 'x' }, { pass: ['NODE_OPTIONS'], key: [] })).toEqual(['NODE_OPTIONS'])
  expect(namesOf({ NODE_OPTIONS: 'x' }, { pass: [], key: ['NODE_OPTIONS'] })).toEqual(['NODE_OPTIONS'])
})

test('tools are neither told to print colours nor told not to', () => {
  expect(namesOf({ FORCE_COLOR: '3', CLICOLOR_FORCE: '1' }, { pass: ['*'], key: ['FORCE_COLOR', 'CLICOLOR_FORCE'] })).toEqual([])
  expect(namesOf({ NO_COLOR: '1', HOME: '/h' })).toEqual(['HOME'])
  expect(childEnvironment({ NO_COLOR: '1' }, { pass: ['NO_COLOR'], key: [] }, folders)).toMatchObject({ NO_COLOR: '1' })
})

test('the tools of the checkout come first, the nearest before the others', () => {
  expect(pathOf('/usr/bin:/bin', { root: '/r', cwd: '/r/packages/a' })).toEqual([
    '/r/packages/a/node_modules/.bin',
    '/r/packages/node_modules/.bin',
    '/r/node_modules/.bin',
    '/usr/bin',
    '/bin',
  ])
  expect(pathOf('/bin', { root: '/r', cwd: '/r' })).toEqual(['/r/node_modules/.bin', '/bin'])
  expect(pathOf('/bin', { root: '/r', cwd: '/r/..a' })).toEqual(['/r/..a/node_modules/.bin', '/r/node_modules/.bin', '/bin'])
  expect(pathOf('/bin', { root: '/r', cwd: '/elsewhere' })).toEqual(['/elsewhere/node_modules/.bin', '/r/node_modules/.bin', '/bin'])
})

test('a virtual environment is used when it exists', () => {
  const cwd = join(real, 'service')
  mkdirSync(join(cwd, '.venv', 'bin'), { recursive: true })
  expect(pathOf('/bin', { root: real, cwd })).toEqual([join(cwd, 'node_modules/.bin'), join(real, 'node_modules/.bin'), join(cwd, '.venv/bin'), '/bin'])
})

test('PATH is the same whether pawl was started by npm, by npx or by hand', () => {
  const byHand = '/home/u/bin:/usr/bin'
  const byNpm =
    '/r/node_modules/.bin:/node_modules/.bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/home/u/.npm/_npx/1/node_modules/.bin/:'
  expect(pathOf(byNpm + byHand, folders)).toEqual(pathOf(byHand, folders))
})

test('the values that count for reuse are listed in order', () => {
  const env = childEnvironment({ TZ: 'UTC', CI: '', NODE_ENV: 'test', HOME: '/h', GIT_DIR: 'x', MY_B: '2', MY_A: '1' }, allow, folders)
  expect(keyedValues(env, allow)).toEqual([
    ['CI', ''],
    ['NODE_ENV', 'test'],
    ['TZ', 'UTC'],
  ])
  expect(keyedValues({ MY_B: '2', GIT_DIR: 'x', MY_A: '1', MY_C: undefined }, { pass: [], key: ['MY_*', 'GIT_*'] })).toEqual([
    ['MY_A', '1'],
    ['MY_B', '2'],
  ])
})

test('a child never sees a variable that no name or pattern allows, whatever is set and however it is spelled', () => {
  const word = fc.constantFrom(
    'npm_config_',
    'NPM',
    'UV_',
    'GITHUB_',
    'AWS_',
    'GIT_',
    'MY_',
    'TOKEN',
    'SECRET',
    'cache',
    'registry',
    'HOME',
    'PATH',
    'LC_',
    'X',
    '*',
    '_',
    'é',
    ' ',
  )
  const name = fc.oneof(
    fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 12 }),
    fc.constantFrom(...defaultPass, ...defaultKey),
  )
  const names = fc.array(name, { maxLength: 6 })
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), names, names, fc.boolean(), (source, pass, key, logins) => {
      const patterns = [...defaultPass, ...pass, ...defaultKey, ...key]
      const given = childEnvironment(source, { pass: [...defaultPass, ...pass], key: [...defaultKey, ...key], logins }, folders)
      // The rule in other words: equal to a name, or beginning with what stands before the star.
      const allowed = (one: string): boolean =>
        patterns.some((pattern) => (pattern.endsWith('*') ? one.slice(0, pattern.length - 1) === pattern.slice(0, -1) : one === pattern))
      for (const one of Object.keys(given)) {
        if (one === 'PATH') continue
        expect(allowed(one) && Object.hasOwn(source, one) && given[one] === source[one] && !one.startsWith('GIT_')).toBeTrue()
      }
    }),
    { numRuns: 2000 },
  )
})

test('a login that only a pattern of the usual list covers reaches what installs, and nothing else', () => {
  const logins = {
    npm_config__authToken: 't',
    'npm_config_//registry.npmjs.org/:_authToken': 't',
    YARN_NPM_AUTH_TOKEN: 't',
    COREPACK_NPM_TOKEN: 't',
    POETRY_HTTP_BASIC_INTERNAL_PASSWORD: 't',
    UV_INDEX_INTERNAL_PASSWORD: 't',
    PIP_INDEX_URL: 'https://user:password@pypi.internal/simple',
    DOCKER_AUTH_CONFIG: '{}',
  }
  const plain = { npm_config_registry: 'https://registry.npmjs.org/', PIP_INDEX_URL: 'https://pypi.org/simple', UV_CACHE_DIR: '/c' }
  expect(namesOf(logins)).toEqual([])
  expect(namesOf(plain)).toEqual(Object.keys(plain))
  expect(Object.keys(childEnvironment(logins, { ...allow, logins: true }, folders)).filter((name) => name !== 'PATH')).toEqual(Object.keys(logins))
  expect(namesOf(logins, { pass: [...defaultPass, 'COREPACK_NPM_TOKEN', 'DOCKER_AUTH_*'], key: [...defaultKey, 'YARN_NPM_AUTH_TOKEN'] })).toEqual([
    'YARN_NPM_AUTH_TOKEN',
    'COREPACK_NPM_TOKEN',
    'DOCKER_AUTH_CONFIG',
  ])
})
