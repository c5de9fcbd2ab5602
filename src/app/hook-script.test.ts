/** The script of a hook, run by the shells that are here, with a counter in the place of pawl. */
import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { defaultKey } from '../host/child-environment.ts'
import { ScratchRepository } from '../host/scratch-repository.ts'
import { hookScript, hookVersion, isOurs, keptParts, stampedNames, type HookName } from './hook-script.ts'

const key = '0123456789abcdef0123456789abcdef'
const shells = ['sh', 'bash', 'busybox'].filter((name) => spawnSync(name, name === 'busybox' ? ['true'] : ['-c', ':']).status === 0)

test('a stamp holds exactly the variables that count for reuse', () => expect<readonly string[]>([...stampedNames].toSorted()).toEqual(defaultKey.toSorted()))

/** A repository with the hook, and a program that writes down what it is told. */
function hooked(name: HookName, program?: string) {
  const repository = new ScratchRepository()
  repository.commit({ 'a.txt': 'a\n' })
  const stamps = repository.path('stamps of "pawl" $HOME')
  mkdirSync(stamps)
  const counter = repository.path("count'er")
  writeFileSync(counter, `#!/bin/sh\necho "$* / $PAWL_HOOK / $PAWL_HOOK_FLAGS" >> "$0.log"\n[ -t 0 ] || cat >> "$0.log"\nexit 3\n`)
  chmodSync(counter, 0o755)
  writeFileSync(`${counter}.log`, '')
  const script = repository.path('hook')
  const text = hookScript({ name, program: [program ?? counter, "it's"], flags: '--fast', stamps, key })
  writeFileSync(script, text)
  const tree = repository.git('rev-parse', 'HEAD^{tree}').trim()
  const run = (shell: string, input = '', env: Readonly<Record<string, string>> = {}) => {
    const before = readFileSync(`${counter}.log`, 'utf8').length
    const argv = shell === 'busybox' ? ['sh', script] : [script]
    const { status, stderr } = spawnSync(shell, argv, { cwd: repository.root, input, encoding: 'utf8', env: { PATH: '/usr/bin:/bin', ...env } })
    return { status, stderr, log: readFileSync(`${counter}.log`, 'utf8').slice(before) }
  }
  const stampLines = (more: readonly string[] = []): string[] => [
    `key ${key}`,
    'flags --fast',
    `seen /usr/bin:/bin${'|'.repeat(stampedNames.length)}`,
    `root ${repository.root}`,
    `until ${Math.floor(Date.now() / 1000) + 600}`,
    'run 7',
    ...more,
    'end',
  ]
  const stamp = (lines: readonly string[], ageSeconds = 0): void => {
    writeFileSync(`${stamps}/${tree}`, `${lines.join('\n')}\n`)
    const at = Date.now() / 1000 - ageSeconds
    utimesSync(`${stamps}/${tree}`, at, at)
  }
  return { repository, text, tree, run, stamp, stampLines }
}

for (const shell of shells)
  test(`under ${shell} a stamp lets a commit through, and anything wrong with it starts pawl`, () => {
    const { repository, run, stamp, stampLines } = hooked('pre-commit')
    using _ = repository
    expect(run(shell)).toMatchObject({ status: 3, log: `it's hook pre-commit --fast / ${hookVersion} ${key} / --fast\n` })
    stamp(stampLines([`same ${repository.root}/a.txt`, `none ${repository.root}/b`]), -5)
    expect(run(shell)).toEqual({ status: 0, log: '', stderr: 'pawl: nothing new to check: run 7 passed on exactly what is staged\n' })
    const wrong: readonly (readonly string[])[] = [
      [],
      ['end'],
      ...stampLines()
        .map((line, i, all) => all.toSpliced(i, 1))
        .filter((_lines, i) => i !== 5),
      ...[0, 1, 2, 3, 4].map((i) => stampLines().toSpliced(i, 1, 'x 1')),
      stampLines().toSpliced(4, 1, 'until 1'),
      stampLines(['other x']),
      stampLines([`same ${repository.root}/gone`]),
      stampLines([`none ${repository.root}/a.txt`]),
    ]
    for (const lines of wrong) {
      stamp(lines, -5)
      expect([lines, run(shell).status]).toEqual([lines, 3])
    }
    stamp(stampLines([`same ${repository.root}/a.txt`]), 3600)
    expect(run(shell).status).toBe(3)
    stamp(stampLines(), -5)
    expect(run(shell, '', { CI: '1' }).status).toBe(3)
    repository.write({ 'a.txt': 'b\n' })
    expect(run(shell).status).toBe(0)
    repository.git('add', 'a.txt')
    expect(run(shell).status).toBe(3)
  })

for (const shell of shells)
  test(`under ${shell} a push is let through when each of its commits is proven; a deletion is nothing to check`, () => {
    const { repository, run, stamp, stampLines } = hooked('pre-push')
    using _ = repository
    const proven = `refs/heads/main ${repository.git('rev-parse', 'HEAD').trim()} refs/heads/main ${'0'.repeat(40)}\n`
    const other = `refs/heads/x ${repository.commit({ 'b.txt': 'b\n' })} refs/heads/x ${'0'.repeat(40)}\n`
    const deleted = `(delete) ${'0'.repeat(40)} refs/heads/y ${'1'.repeat(40)}\n`
    expect([run(shell, ''), run(shell, deleted)]).toEqual([
      { status: 0, log: '', stderr: '' },
      { status: 0, log: '', stderr: '' },
    ])
    expect(run(shell, proven)).toMatchObject({ status: 3, log: expect.stringContaining(proven) })
    stamp(stampLines(), -5)
    expect(run(shell, proven + deleted)).toMatchObject({ status: 0, log: '' })
    expect(run(shell, proven + other)).toMatchObject({ status: 3, log: expect.stringContaining(other) })
  })

test('without pawl the hook fails, and says what to do', () => {
  const { repository, run } = hooked('pre-commit', '/nowhere/pawl')
  using _ = repository
  const { status, stderr } = run('sh')
  expect(status).toBe(2)
  for (const text of [
    'the pre-commit hook could not run: /nowhere/pawl is gone',
    'nothing is let through',
    'git commit --no-verify',
    'or remove the hook: rm "',
  ])
    expect(stderr).toContain(text)
  // A pawl of the repository itself is the last resort.
  mkdirSync(repository.path('node_modules/.bin'), { recursive: true })
  writeFileSync(repository.path('node_modules/.bin/pawl'), '#!/bin/sh\nexit 4\n')
  chmodSync(repository.path('node_modules/.bin/pawl'), 0o755)
  expect(run('sh').status).toBe(4)
})

test('a hook of pawl is known as one, with what its user changed', () => {
  const text = hookScript({ name: 'pre-commit', program: ['/a b/pawl'], flags: '--staged', stamps: '/s', key })
  expect([isOurs(text), keptParts(text)]).toEqual([true, { flags: '--staged', key }])
  expect([isOurs('#!/bin/sh\npawl\n'), keptParts('#!/bin/sh\n')]).toEqual([false, {}])
})
