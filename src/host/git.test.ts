import { afterEach, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childOnBun, childOnNode } from './git-child.ts'
import type { GitChild } from './git-child.ts'
import { answerText, git, gitFailure } from './git.ts'
import { ScratchRepository } from './scratch-repository.ts'

const inherited = { ...process.env }
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in inherited)) delete process.env[name]
  Object.assign(process.env, inherited)
})

test('git answers with bytes, or with its exit code and what it said', async () => {
  using repo = new ScratchRepository()
  const good = await git(repo.root, ['rev-parse', '--show-toplevel'])
  expect(good.ok && answerText(good.stdout)).toBe(repo.root)
  expect(await git(repo.root, ['rev-parse', '--verify', 'nothing'])).toEqual({ ok: false, code: 128, stderr: 'fatal: Needed a single revision\n' })
})

test('the environment cannot redirect git to another repository, index or program', async () => {
  using repo = new ScratchRepository()
  using other = new ScratchRepository()
  other.commit({ 'a.ts': 'a' })
  Object.assign(process.env, {
    GIT_DIR: other.path('.git'),
    GIT_WORK_TREE: other.root,
    GIT_INDEX_FILE: other.path('.git/index'),
    GIT_EXTERNAL_DIFF: 'false',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.bare',
    GIT_CONFIG_VALUE_0: 'true',
  })
  const answer = await git(repo.root, ['rev-parse', '--show-toplevel'])
  expect(answer.ok && answerText(answer.stdout)).toBe(repo.root)
  const files = await git(repo.root, ['ls-files'])
  expect(files.ok && answerText(files.stdout)).toBe('')
  const env = await git(repo.root, ['-c', 'alias.environment=!env', 'environment'])
  const names = env.ok
    ? answerText(env.stdout)
        .split('\n')
        .filter((line) => line.startsWith('GIT_'))
        .map((line) => line.split('=')[0] ?? '')
        .toSorted()
    : []
  expect(names).toEqual(
    ['GIT_CONFIG_PARAMETERS', 'GIT_DIR', 'GIT_EXEC_PATH', 'GIT_NO_LAZY_FETCH', 'GIT_OPTIONAL_LOCKS', 'GIT_PREFIX', 'GIT_TERMINAL_PROMPT'].filter((name) =>
      names.includes(name),
    ),
  )
  expect(names).toContain('GIT_OPTIONAL_LOCKS')
})

test('a bare repository planted inside the tree is not believed', async () => {
  using repo = new ScratchRepository()
  repo.git('init', '-q', '--bare', 'planted')
  const answer = await git(repo.path('planted'), ['rev-parse', '--git-dir'])
  expect(answer.ok).toBe(false)
})

test('without a git program the failure says so', async () => {
  const answer = await git(tmpdir(), ['version'], { env: { PATH: '/nowhere' } })
  expect(answer).toMatchObject({ ok: false, code: 127 })
  expect(answer.ok ? undefined : gitFailure('no answer', answer).type).toBe('tool.missing')
})

const base = (over: Partial<GitChild>): GitChild => ({
  argv: ['git', 'version'],
  cwd: tmpdir(),
  env: { PATH: process.env['PATH'] ?? '' },
  maxBytes: 1_000_000,
  timeoutMs: 10_000,
  ...over,
})

for (const [name, run] of [
  ['Bun', (child: GitChild) => childOnBun(Bun, child)],
  ['Node', childOnNode],
] as const) {
  test(`on ${name} a child gets its input and hands back its output and exit code`, async () => {
    const echoed = await run(base({ argv: ['cat'], input: 'a\0b' }))
    expect([echoed.code, Buffer.from(echoed.stdout).toString()]).toEqual([0, 'a\0b'])
    const ended = await run(base({ argv: ['sh', '-c', 'echo no >&2; exit 3'] }))
    expect([ended.code, Buffer.from(ended.stderr).toString()]).toEqual([3, 'no\n'])
    const silent = await run(base({ argv: ['cat'] }))
    expect([silent.code, silent.stdout.byteLength]).toEqual([0, 0])
    expect((await run(base({ argv: ['sh', '-c', 'exec <&-; exit 5'], input: 'x'.repeat(1_000_000) }))).code).toBe(5)
  })

  test(`on ${name} a child that prints too much or takes too long is ended`, async () => {
    expect((await run(base({ argv: ['yes'], maxBytes: 100_000 }))).broke).toBe('git printed more than 100000 bytes')
    expect((await run(base({ argv: ['sleep', '5'], timeoutMs: 50 }))).broke).toBe('git did not answer within 50 ms')
    expect((await run(base({ argv: ['sh', '-c', 'sleep 2 & wait'], timeoutMs: 50 }))).broke).toBe('git did not answer within 50 ms')
  })

  test(`on ${name} a child that has ended is not waited for when something else holds its output open`, async () => {
    const ended = await run(base({ argv: ['sh', '-c', 'sleep 8 & exit 0'] }))
    expect(ended.broke).toBe('git has ended, but something holds its output open')
  })

  test(`on ${name} a program that is missing or may not be started is an answer`, async () => {
    expect((await run(base({ argv: ['no-such-program-here'] }))).code).toBe(127)
    expect((await run(base({ cwd: '/no/such/folder' }))).code).toBe(127)
    const folder = mkdtempSync(join(tmpdir(), 'pawl-child-'))
    try {
      writeFileSync(join(folder, 'tool'), '')
      chmodSync(join(folder, 'tool'), 0o644)
      expect((await run(base({ argv: [join(folder, 'tool')] }))).broke).toBe('git could not be started: EACCES')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}
