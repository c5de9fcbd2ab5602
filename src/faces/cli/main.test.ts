import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { newRepo, type Ended, type Repo } from '../../../test/journeys/rig.ts'

const lines = [
  '--version',
  '--help',
  'help why',
  'why',
  'why nope',
  'why good',
  'plan',
  'config',
  'status',
  'history',
  'history --limit 0',
  'stats',
  'stats --apply',
  'trace',
  'logs',
  'logs 99',
  'logs x y',
  'undo',
  'undo x',
  'doctor',
  'cache stats',
  'cache verify',
  'init --dry-run',
  'completion bash',
  '--dry-run',
  '--fats',
  'stauts',
  '--only nope',
  '-- nofile',
  '--since nope',
  '-C nowhere status',
  '--quiet',
]

const configuration = 'detect: false\nchecks:\n  good: { command: [/bin/echo, good] }\n  bad: { command: [/bin/sh, -c, "echo a.ts:1:1 oops; exit 1"] }\n'

/** One JSON document, or one on each line. */
function isJson(text: string): boolean {
  const parses = (part: string): boolean => {
    try {
      return typeof JSON.parse(part) === 'object'
    } catch (error) {
      if (error instanceof SyntaxError) return false
      throw error
    }
  }
  return parses(text) || text.trim().split('\n').every(parses)
}

async function all(repo: Repo, cwd: string): Promise<{ line: string; run: Ended }[]> {
  const ended: { line: string; run: Ended }[] = []
  const waiting = [...lines]
  const work = async (): Promise<void> => {
    for (let line = waiting.shift(); line !== undefined; line = waiting.shift())
      ended.push({ line, run: await repo.start(['--json', ...line.split(' ')], { cwd }).ended })
  }
  await Promise.all([work(), work()])
  return ended
}

test('with --json standard output is JSON and nothing else for every command, whether it works or fails', async () => {
  await using repo = await newRepo({ 'pawl.yaml': configuration, 'sub/a.txt': 'a\n' })
  await using bare = await newRepo({}, { git: false })
  for (const { line, run } of [...(await all(repo, join(repo.root, 'sub'))), ...(await all(bare, bare.root))]) {
    expect({ line, json: isJson(run.stdout), stderr: run.stderr }).toEqual({ line, json: true, stderr: '' })
    expect([0, 1, 2]).toContain(run.code ?? -1)
  }
}, 60_000)

test('--quiet shows what failed and the verdict, --verbose also why and how each check ran', async () => {
  await using repo = await newRepo({ 'pawl.yaml': configuration })
  const quiet = await repo.pawl('-q')
  expect([quiet.code, quiet.shown.split('\n').map((line) => line.split('  ')[0]?.trim())]).toEqual([1, ['✗ bad', '', '', 'failed', '']])
  expect(quiet.shown).not.toContain('good')
  const verbose = await repo.pawl('-v', '--force')
  expect(verbose.shown).toContain('ran because')
  expect(verbose.shown).toContain('│ good')
})

test('files can follow "--" at once', async () => {
  await using repo = await newRepo({ 'pawl.yaml': configuration, 'a.txt': 'a\n' })
  expect((await repo.pawl('--', 'nofile.txt')).shown).toContain('there is no file nofile.txt')
  expect((await repo.pawl('--', 'a.txt')).code).toBe(1)
})

test('a linked worktree shares the history and tells its own runs from those of others', async () => {
  await using repo = await newRepo({ 'pawl.yaml': configuration })
  const linked = join(repo.root, '..', 'linked')
  repo.git('worktree', 'add', '--quiet', linked)
  await repo.pawl('--only', 'good')
  const there = async (...args: string[]): Promise<Ended> => repo.start(args, { cwd: linked }).ended
  expect((await there('history')).stdout).toContain(`pawl --only=good  (in ${repo.root})`)
  expect((await there('status')).stdout).toStartWith('No run of this checkout yet.\nProven for the files as they are now: 1 of 2 checks\n')
  expect((await there('logs')).stderr).toContain('there is no run of this checkout yet')
})

test('a name that a run did not know is corrected, and one that printed nothing is explained', async () => {
  await using repo = await newRepo({ 'pawl.yaml': configuration })
  await repo.pawl()
  expect((await repo.pawl('logs', 'goood')).stderr).toContain("Did you mean 'good'?")
  expect((await repo.pawl('logs', 'good')).stdout).toBe('good\n')
  expect((await repo.pawl('logs', 'good', 'bad')).stderr).toContain("'good' is not the number of a run")
})

test('a file of findings goes where the user stands, and never replaces a device', async () => {
  await using repo = await newRepo({ 'pawl.yaml': configuration, 'sub/a.txt': 'a\n' })
  expect((await repo.pawl('-C', 'sub', '-q', '-o', 'out.sarif')).code).toBe(1)
  expect(JSON.parse(repo.read('sub/out.sarif'))).toMatchObject({ version: '2.1.0' })
  expect((await repo.pawl('-q', '--format', 'json', '-o', '/dev/null')).code).toBe(1)
  expect((await Bun.file('/dev/null').stat()).isCharacterDevice()).toBe(true)
})
