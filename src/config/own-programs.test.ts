import { expect, test } from 'bun:test'
import type { CommandAction } from '../model/task.ts'
import { ownPrograms } from './own-programs.ts'

const action = (argv: readonly string[], more: Partial<CommandAction> = {}): CommandAction => ({
  kind: 'command',
  argv,
  whole: ['.'],
  cwd: '.',
  env: {},
  exits: { pass: [0], findings: 'other' },
  parser: 'none',
  failsOnOutput: false,
  ...more,
})

test.each([
  [['node', 'tools/check.mjs', '--all'], ['tools/check.mjs']],
  [['./tools/lint.sh'], ['tools/lint.sh']],
  [
    ['bash', '-e', 'ci/lint'],
    ['ci/lint', 'ci/lint.*', 'ci/lint/index.*'],
  ],
  [['node', '--import', './hook.mjs', '--test'], ['hook.mjs']],
  [
    ['node', '--require=./a.cjs', 'b.js'],
    ['a.cjs', 'b.js'],
  ],
  [
    ['python3', '-m', 'tools.audit'],
    ['tools/audit.py', 'tools/audit/**'],
  ],
  [
    ['python', '-m', 'pytest', 'tests'],
    ['pytest.py', 'pytest/**'],
  ],
  [['uv', 'run', 'python', 'scripts/x.py'], ['scripts/x.py']],
  [
    ['sh', '-c', 'FOO=1 node scripts/a.js && ./b.sh src | "tools/c d.sh"; deno run e.ts'],
    ['scripts/a.js', 'b.sh', 'e.ts'],
  ],
  [['eslint', 'src/a.js'], []],
  [['shellcheck', 'tools/x.sh'], []],
  [['node', 'node_modules/eslint/bin/eslint.js'], []],
  [['/usr/bin/true'], []],
  [['node', '../outside.js'], []],
])('%j is a program of %j', (argv, programs) => expect(ownPrograms(action(argv))).toEqual(programs))

test('relative to the folder that it runs in, and in the scripts around a script', () => {
  expect(ownPrograms(action(['sh', './x.sh'], { cwd: 'packages/a' }))).toEqual(['packages/a/x.sh'])
  const script = { manager: 'npm', name: 'lint', folder: '.', before: 'node pre.js', after: 'sh post.sh' } as const
  expect(ownPrograms(action(['sh', '-c', 'node lint.js'], { script }))).toEqual(['lint.js', 'pre.js', 'post.sh'])
})
