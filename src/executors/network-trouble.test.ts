import { expect, test } from 'bun:test'
import type { CommandAction } from '../model/task.ts'
import { classOf } from './exit-class.ts'
import { networkTrouble } from './network-trouble.ts'

const printed: readonly (readonly [program: string, line: string])[] = [
  ['npm', 'npm error code ENOTFOUND'],
  ['npm', 'npm ERR! network request to https://registry.npmjs.org/a failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org'],
  ['npm', 'npm error code ERR_SOCKET_TIMEOUT'],
  ['npm', 'npm error network This is a problem related to network connectivity.'],
  ['pnpm', ' WARN  GET https://registry.npmjs.org/a error (ECONNREFUSED). Will retry in 10 seconds. 2 retries left.'],
  ['pnpm', ' ERR_PNPM_META_FETCH_FAIL  GET https://registry.npmjs.org/a: request to https://registry.npmjs.org/a failed'],
  ['yarn', 'info There appears to be trouble with your network connection. Retrying...'],
  ['yarn', '➤ YN0001: │ RequestError: connect ETIMEDOUT 1.2.3.4:443'],
  ['bun', 'error: ConnectionRefused downloading package manifest a'],
  ['bun', 'FailedToOpenSocket: failed to resolve a'],
  ['pip', 'Could not fetch URL https://pypi.org/simple/a/: connection error'],
  [
    'pip',
    "WARNING: Retrying after connection broken by 'NewConnectionError('<pip._vendor.urllib3>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'",
  ],
  ['pip', 'ConnectionRefusedError: [Errno 111] Connection refused'],
  ['cargo', 'error: failed to download from `https://index.crates.io/config.json`'],
  ['cargo', '  [6] Could not resolve hostname (Could not resolve host: index.crates.io)'],
  ['cargo', 'warning: spurious network error (3 tries remaining): [7] Could not connect to server'],
  ['cargo', 'error: Unable to update registry `crates-io`'],
  ['git', "fatal: unable to access 'https://github.com/a/b/': Could not resolve host: github.com"],
  ['go', 'go: a.com/b@v1.0.0: Get "https://proxy.golang.org/a.com/b/@v/v1.0.0.mod": dial tcp: lookup proxy.golang.org: no such host'],
  ['go', 'dial tcp 1.2.3.4:443: i/o timeout'],
  ['uv', '  ├─▶ error sending request for url (https://pypi.org/simple/a/)'],
  ['uv', '  ╰─▶ dns error: failed to lookup address information: Temporary failure in name resolution'],
]

test.each(printed)('%s says that the network is not there: %s', (program, line) => {
  expect(networkTrouble(program, `resolving\n\x1b[31m${line}\x1b[0m\nmore\n`)).toEqual({
    type: 'tool.crashed',
    what: `${program} could not reach the network`,
    why: line.trim(),
    hint: 'Try again when the network is there; results that were proven before are kept.',
  })
})

test.each([
  'npm error code ERESOLVE',
  'npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync',
  'npm error 404 Not Found - GET https://registry.npmjs.org/a',
  'ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"',
  'added network-utils 1.0.0',
  'ERROR: No matching distribution found for a==9',
  'error: failed to select a version for the requirement `a = "^9"`',
  'error: the lock file Cargo.lock needs to be updated but --locked was passed',
  'go: updates to go.mod needed',
  '',
])('other trouble is none of the network: %s', (line) => expect(networkTrouble('npm', line)).toBeUndefined())

const action: CommandAction = {
  kind: 'command',
  argv: ['/usr/bin/npm', 'ci'],
  whole: ['.'],
  cwd: '.',
  env: {},
  exits: { pass: [0], findings: 'other' },
  parser: 'none',
  failsOnOutput: false,
}
const ended = (role: 'check' | 'fix', stage: string, code: number) =>
  classOf({ kind: 'exited', code, durationMs: 1, stdout: '', stderr: '', cut: false }, { role, stage, action }, 'npm error code ENOTFOUND\n')

test('only a task that fetches is excused, and only when it failed', () => {
  const excused = { as: 'errored', failure: { type: 'tool.crashed', what: 'npm could not reach the network', why: 'npm error code ENOTFOUND' } }
  expect(ended('fix', 'quality', 1)).toMatchObject(excused)
  expect(ended('check', 'environment', 1)).toMatchObject(excused)
  expect(ended('check', 'dependencies', 200)).toMatchObject(excused)
  expect(ended('check', 'dependencies', 0)).toEqual({ as: 'pass' })
  expect(ended('check', 'quality', 1)).toEqual({ as: 'findings' })
})
