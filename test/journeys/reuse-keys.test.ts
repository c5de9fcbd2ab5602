/** What makes a check run again, what does not, and that a failure is never answered from memory; every run is a process of its own. */
import { expect } from 'bun:test'
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { newRepo, once, type Ended, type Repo } from './rig.ts'

type Scanned = { readonly repo: Repo; readonly env: Record<string, string>; run(): Promise<Ended>; /** Since the last question. */ calls(): number }

/** A scanner that is detected by its settings, as a script on PATH that counts its calls. */
const scanner = (log: string, version: number): string => `echo call >> "${log}"\necho '{"errors": [], "results": [], "version": ${version}}'`

async function scanned(): Promise<Scanned> {
  const repo = await newRepo({
    'setup.py': 'import setuptools\n',
    'src/a.py': 'ab',
    'src/b.py': 'c',
    '.bandit': '[bandit]\nskips: B101\n',
    'README.md': 'one\n',
    'pawl.yaml': 'checks: { bandit: { passEnv: [SCAN_LEVEL] } }\n',
  })
  const log = join(repo.root, '../calls')
  const tool = repo.script('bandit', scanner(log, 1))
  // On some machines python3 is a script of a version manager, many times slower than all else here.
  repo.script('python3', `echo 'Python 3.13.0'`)
  const env: Record<string, string> = { PATH: [join(tool, '..'), process.env['PATH']].join(delimiter), SCAN_LEVEL: 'low' }
  return {
    repo,
    env,
    run: () => repo.start(['--only', 'bandit', '--verbose', '--no-fix'], { env }).ended,
    calls: () => {
      const count = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0
      rmSync(log, { force: true })
      return count
    },
  }
}

type Change = readonly [what: string, change: (at: Scanned) => void]
const inside = (repo: Repo, path: string): string => join(repo.root, path)

const disturbing: readonly (readonly [...Change, cause: RegExp])[] = [
  ['one byte of a source file', ({ repo }) => repo.write({ 'src/a.py': 'aB' }), /src\/a\.py changed/],
  ['bytes that move from one file to the next', ({ repo }) => repo.write({ 'src/a.py': 'a', 'src/b.py': 'Bc' }), /src\/a\.py, src\/b\.py changed/],
  ['a renamed file', ({ repo }) => renameSync(inside(repo, 'src/b.py'), inside(repo, 'src/c.py')), /src\/c\.py changed/],
  ['a new file', ({ repo }) => repo.write({ 'src/new.py': '' }), /src\/new\.py changed/],
  ['a deleted file', ({ repo }) => repo.remove('src/c.py'), /src\/c\.py changed/],
  ['a file that became executable', ({ repo }) => chmodSync(inside(repo, 'src/a.py'), 0o755), /src\/a\.py changed/],
  ['the settings of the tool', ({ repo }) => repo.write({ '.bandit': '[bandit]\nskips: B102\n' }), /\.bandit changed/],
  ['another version of the tool', ({ repo }) => void repo.script('bandit', scanner(join(repo.root, '../calls'), 2)), /bandit changed/],
  [
    'another command',
    ({ repo }) => repo.write({ 'pawl.yaml': 'checks: { bandit: { passEnv: [SCAN_LEVEL], command: [bandit, -q, -f, json, -r, src] } }\n' }),
    /its command changed/,
  ],
  ['a variable that the check may see', ({ env }) => (env['SCAN_LEVEL'] = 'high'), /\$SCAN_LEVEL changed/],
  ['the same variable, unset', ({ env }) => delete env['SCAN_LEVEL'], /\$SCAN_LEVEL changed/],
]

const harmless: readonly Change[] = [
  ['nothing', () => undefined],
  ['a variable that the check may not see', ({ env }) => (env['OTHER'] = '1')],
  ['a file that is no input', ({ repo }) => repo.write({ 'README.md': 'two\n' })],
  ['another time of a file', ({ repo }) => utimesSync(inside(repo, 'src/a.py'), 1, 1)],
  ['a commit', ({ repo }) => repo.commit('more')],
  ['another branch', ({ repo }) => repo.git('switch', '--quiet', '--create', 'other')],
]

once('one byte, a name, the settings, the version or the command of a tool, or a variable that counts: the check runs again, and says why', async () => {
  const at = await scanned()
  await using _ = at.repo
  expect([(await at.run()).code, at.calls()]).toEqual([0, 1])
  for (const [what, change, cause] of disturbing) {
    change(at)
    const after = await at.run()
    expect([what, after.code, at.calls()]).toEqual([what, 0, 1])
    expect(after.shown).toMatch(cause)
    expect([what, (await at.run()).code, at.calls()]).toEqual([what, 0, 0])
  }
})

once('unchanged is reused by the next process, and so is what no check can see', async () => {
  const at = await scanned()
  await using _ = at.repo
  expect([(await at.run()).code, at.calls()]).toEqual([0, 1])
  for (const [what, change] of harmless) {
    change(at)
    const after = await at.run()
    expect([what, after.code, at.calls(), /reused/.test(after.shown)]).toEqual([what, 0, 0, true])
  }
})

once('a failure is never answered from memory: with nothing changed the check runs again, and passes once its reason is gone', async () => {
  for (const [fault, code, shown] of [
    ['exit 1', 1, '1 failed'],
    ['kill -SEGV $$', 2, '1 errored'],
    ['sleep 300', 2, '1 timed out'],
  ] as const) {
    await using repo = await newRepo({})
    const tool = repo.script('tool', `echo call >> ../calls\n[ -e ../weather ] && ${fault}\nexit 0`)
    repo.write({ 'pawl.yaml': `detect: false\nchecks: { test: { command: [${tool}], timeout: 500ms } }\n`, '../weather': 'bad' })
    repo.commit('config')
    for (const count of [1, 2]) {
      const failed = await repo.pawl()
      expect([fault, failed.code, failed.shown.includes(`1 check: ${shown}`), repo.read('../calls').length / 5]).toEqual([fault, code, true, count])
    }
    repo.remove('../weather')
    expect([fault, (await repo.pawl()).code, repo.read('../calls').length / 5]).toEqual([fault, 0, 3])
    expect([(await repo.pawl()).shown.includes('1 reused'), repo.read('../calls').length / 5]).toEqual([true, 3])
  }
})
