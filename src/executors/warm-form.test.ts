import { expect, test } from 'bun:test'
import { plainTask } from '../../test/plain-task.ts'
import type { CommandAction, Task } from '../model/task.ts'
import { warmForm } from './warm-form.ts'

const action: CommandAction = {
  kind: 'command',
  argv: [],
  whole: ['.'],
  cwd: '.',
  env: {},
  exits: { pass: [0], findings: [1] },
  parser: 'eslint-json',
  failsOnOutput: false,
}

function formOf(line: string, more: Partial<Task> = {}): string {
  const task = { ...plainTask('lint', { perFile: { reads: [], names: true, told: 'eslint' }, ...more }), action }
  const form = warmForm(task, line.split(' '))
  return form === undefined ? 'none' : 'why' in form ? form.why : form.tool
}

test('a worker does the command lines that pawl makes, and no others', () => {
  expect(formOf('eslint --format /f.mjs .')).toBe('eslint')
  expect(formOf('node_modules/.bin/eslint --max-warnings 0 --format=/f.mjs --no-error-on-unmatched-pattern a.ts ./-b.ts')).toBe('eslint')
  expect(formOf('prettier --list-different .')).toBe('prettier')
  expect(formOf('prettier -c -u --log-level=warn a.ts')).toBe('prettier')
  expect(formOf('prettier --list-different --ignore-path .other a.ts')).toBe('prettier')
  expect(formOf('eslint --format /f.mjs --fix .')).toBe('no worker knows what --fix means to later calls')
  expect(formOf('eslint --format /f.mjs --rule=semi:2 .')).toBe('no worker knows what --rule means to later calls')
  expect(formOf('eslint --cache --format /f.mjs .')).toBe('no worker knows what --cache means to later calls')
  expect(formOf('prettier --list-different --write .')).toBe('no worker knows what --write means to later calls')
  expect(formOf('prettier .')).toBe('no worker does calls without --list-different')
  expect(formOf('eslint .')).toBe('no worker does calls without --format')
})

test('a call of which nobody knows what its answers stand on is refused with the reason, and no worker is meant for other tools', () => {
  const { perFile, ...whole } = plainTask('lint')
  expect(perFile).toBeUndefined()
  expect(warmForm({ ...whole, action }, ['prettier', '-l', '.'])).toEqual({
    why: 'it does not judge each file by itself (perFile), so nobody knows what its answers stand on',
  })
  expect(formOf('eslint --format json .', { perFile: { reads: [], names: true } })).toBe('nothing tells what its rules remember of other files (perFile.told)')
  expect(formOf('prettier --list-different .', { role: 'fix' })).toBe('none')
  expect(formOf('biome check .')).toBe('none')
})
