/** Two fingerprints are equal exactly when the task can see no difference; every difference has a name. */
import { expect, test } from 'bun:test'
import { plainTask } from '../../test/plain-task.ts'
import type { FingerprintParts } from '../model/fingerprint.ts'
import { taskId, type Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import { differences, fingerprintOf, type Visible } from './fingerprint.ts'

const digest = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')
const treeOf = (files: Record<string, string>): Tree => {
  const list = Object.entries(files).map(([path, id]) => ({ path, id }))
  return { files: list, mark: { delta: files }, ignores: () => false, matching: () => list }
}
const lint: Task = { ...plainTask('lint'), inputs: { files: ['**/*'], env: [], tools: [], extra: [] } }
const seen: Visible = {
  tree: treeOf({ 'a.ts': '1' }),
  files: undefined,
  env: { CI: '1' },
  tools: { eslint: 'eslint@9' },
  extra: { lock: 'x' },
  upstream: { build: 'y' },
  platform: 'linux',
}

function parts(change: Partial<Visible> = {}, task: Task = lint): FingerprintParts {
  const made = fingerprintOf(task, { ...seen, ...change }, digest)
  if (made === undefined) throw new Error('no fingerprint')
  return made.parts
}

test('the same sight has the same key, whatever the order in which it was looked at', () => {
  const one = fingerprintOf(lint, { ...seen, env: { A: '1', B: '2' } }, digest)
  const other = fingerprintOf(lint, { ...seen, env: { B: '2', A: '1' } }, digest)
  expect(one?.key).toBe(other?.key)
})

test('the name of a task is not part of its key; what it does is', () => {
  expect(fingerprintOf({ ...lint, id: taskId('other') }, seen, digest)?.key).toBe(fingerprintOf(lint, seen, digest)?.key)
  expect(differences(parts(), parts({}, { ...lint, action: { kind: 'builtin', name: 'else', with: {} } }))).toEqual([{ part: 'command' }])
})

test('values of variables are kept as digests only', () => expect(JSON.stringify(parts({ env: { TOKEN: 'secret' } }))).not.toContain('secret'))

test('a path and an id cannot be shifted into each other', () => {
  expect(parts({ tree: treeOf({ 'a\n': '1' }) }).files).not.toBe(parts({ tree: treeOf({ a: '\n1' }) }).files)
})

test('unknown inputs have no fingerprint', () => expect(fingerprintOf({ ...lint, inputs: { env: [], tools: [], extra: [] } }, seen, digest)).toBeUndefined())

test('every difference is named', () => {
  const changed: Visible = {
    tree: treeOf({ 'a.ts': '2' }),
    files: ['a.ts'],
    env: {},
    tools: { eslint: 'eslint@10', node: '24' },
    extra: { lock: 'z' },
    upstream: {},
    platform: 'macos',
  }
  expect(differences(parts(), parts(changed))).toEqual([
    { part: 'files', paths: [], more: 0 },
    { part: 'command' },
    { part: 'env', name: 'CI' },
    { part: 'tool', name: 'eslint' },
    { part: 'tool', name: 'node' },
    { part: 'extra', name: 'lock' },
    { part: 'upstream' },
    { part: 'platform' },
  ])
})
