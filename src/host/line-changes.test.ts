import { expect, test } from 'bun:test'
import { yearOfCommits } from './churn.ts'
import { changedLines, mergeBase, readDiff } from './line-changes.ts'
import { ScratchRepository } from './scratch-repository.ts'

test('lines of a difference are counted, also such as look like a header', () => {
  const diff = [
    'diff --git a/src/a.ts b/src/a.ts',
    '--- a/src/a.ts',
    '+++ b/src/a.ts',
    '@@ -3 +3,2 @@ function f() {',
    '--- a/other.ts',
    '+++ b/other.ts',
    '+two',
    '@@ -10,2 +11,0 @@',
    '-x',
    '-y',
    '\\ No newline at end of file',
    '@@ -20,0 +20 @@',
    '+z',
    'diff --git a/gone.ts b/gone.ts',
    '--- a/gone.ts',
    '+++ /dev/null',
    '@@ -1 +0,0 @@',
    '-x',
    'diff --git "a/t\\tb.ts" "b/t\\tb.ts"',
    '--- /dev/null',
    '+++ "b/t\\tb\\"\\001.ts"',
    '@@ -0,0 +1,3 @@',
    '+1',
    '+2',
    '+3',
  ].join('\n')
  expect([...readDiff(diff)]).toEqual([
    [
      'src/a.ts',
      [
        { from: 3, to: 4 },
        { from: 20, to: 20 },
      ],
    ],
    ['t\tb"\x01.ts', [{ from: 1, to: 3 }]],
  ])
})

test('lines that differ from where this work left the main branch, new files and odd names included', async () => {
  using repo = new ScratchRepository()
  const first = repo.commit({ 'src/a.ts': '1\n2\n3\n', 'src/ü b.ts': 'x\n', 'gone.ts': 'g\n' })
  repo.git('checkout', '-q', '-b', 'work')
  repo.commit({ 'src/a.ts': '1\ntwo\n3\n' })
  repo.git('checkout', '-q', 'main')
  repo.commit({ 'other.ts': 'not ours\n' })
  repo.git('checkout', '-q', 'work')
  // What somebody likes to see is not what is read here.
  for (const [key, value] of [
    ['diff.noprefix', 'true'],
    ['diff.context', '9'],
    ['diff.interHunkContext', '9'],
    ['color.ui', 'always'],
    ['diff.mnemonicPrefix', 'true'],
  ] as const)
    repo.git('config', key, value)
  repo.write({ 'src/a.ts': '1\ntwo\n3\n4\n', 'src/ü b.ts': 'y\n', 'new.ts': 'n\n' })
  const repository = await repo.repository()
  const base = await mergeBase(repository)
  expect(base).toEqual({ ok: true, value: first })
  const changes = await changedLines(repository, first)
  expect(changes.ok ? [...changes.value] : changes).toEqual([
    [
      'src/a.ts',
      [
        { from: 2, to: 2 },
        { from: 4, to: 4 },
      ],
    ],
    ['src/ü b.ts', [{ from: 1, to: 1 }]],
    ['new.ts', [{ from: 1, to: Number.MAX_SAFE_INTEGER }]],
  ])
  expect(await mergeBase(repository, '--output=x')).toMatchObject({ ok: false, failures: [{ type: 'repo.bad-ref' }] })
})

test('commits of the year before the last one are counted by file', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': '1', 'b.ts': '1' })
  repo.commit({ 'a.ts': '2' })
  repo.commit({ 'a.ts': '3', 'c d.ts': '1' })
  const commits = await yearOfCommits(await repo.repository())
  expect(commits.ok ? Object.fromEntries(commits.value) : commits).toEqual({ 'a.ts': 3, 'b.ts': 1, 'c d.ts': 1 })
})
