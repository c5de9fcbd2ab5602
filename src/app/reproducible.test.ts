import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { plainTask } from '../../test/plain-task.ts'
import type { CommandAction, Task } from '../model/task.ts'
import { reproducible } from './reproducible.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pawl-reproducible-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
}

const taskOf = (argv: readonly string[], more: Partial<CommandAction> = {}, rest: Partial<Task> = {}): Task => ({
  ...plainTask('lint'),
  action: { kind: 'command', argv, whole: ['.'], cwd: '.', env: {}, exits: { pass: [0], findings: [1] }, parser: 'none', failsOnOutput: false, ...more },
  ...rest,
})

const shown = (argv: readonly string[], more: Partial<CommandAction> = {}, rest: Partial<Task> = {}) => reproducible(root)(taskOf(argv, more, rest)).reproduce

test.each([
  [[], 'npx xo --reporter=json .'],
  [['package-lock.json'], 'npx xo --reporter=json .'],
  [['pnpm-lock.yaml'], 'pnpm exec xo --reporter=json .'],
  [['yarn.lock'], 'yarn xo --reporter=json .'],
  [['bun.lock'], 'bunx xo --reporter=json .'],
  [['bun.lockb'], 'bunx xo --reporter=json .'],
])('with the lockfiles %p a program of the repository is shown as "%s"', (locks, command) => {
  write('node_modules/.bin/xo', ...locks)
  expect(shown(['xo', '--reporter=json', '{files}'])).toBe(command)
})

test('a program may lie beside its package, or at the root', () => {
  write('node_modules/.bin/tsc', 'web/node_modules/.bin/vite')
  expect(shown(['vite', 'build it'], { cwd: 'web', env: { MODE: 'a b' } })).toBe("cd web && MODE='a b' npx vite 'build it'")
  expect(shown(['tsc', '-b'], { cwd: 'web' })).toBe('cd web && npx tsc -b')
  expect(shown(['vite'])).toBeUndefined()
})

test('what can be typed as it is stays as it is', () => {
  write('node_modules/.bin/tsc', 'node_modules/.bin/npm')
  expect(shown(['cargo', 'test'])).toBeUndefined()
  expect(shown(['npm', 'test'])).toBeUndefined()
  expect(shown(['node_modules/.bin/tsc'])).toBeUndefined()
  expect(shown(['tsc'], {}, { reproduce: 'make types' })).toBe('make types')
  expect(shown(['tsc'], {}, { action: { kind: 'builtin', name: 'lockfiles', with: {} } })).toBeUndefined()
})
