/** Pull requests for what landed: pushed to a remote on disk, and asked for with a program that stands in for gh. */
import { expect } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { remoteOnDisk, withHub } from './remote-on-disk.ts'
import { once, type Ended, type Repo } from './rig.ts'
import { agentsRepo, sh } from './scripted-agent.ts'

type Place = {
  readonly repo: Repo
  readonly bare: string
  asked(): string
  body(): { title?: string; body: string; head?: string; base?: string }
  run(...args: string[]): Promise<Ended>
}

/** `gh`: what it does with a way that is none of those that it knows; it gets the way as "$way". */
async function place(
  gh = 'exit 1',
  prompts = { 'one.md': sh('One | `two` @all', 'echo one >> src/a.txt'), 'two.md': sh('Two', 'echo two >> src/b.txt') },
): Promise<Place> {
  const repo = await agentsRepo(prompts)
  const base = dirname(repo.root)
  const bare = remoteOnDisk(repo)
  const log = join(base, 'asked')
  const env = withHub(
    repo,
    `echo "$*" >> ${log}
for way; do case "$way" in repos/*) break ;; esac; done
while [ $# -gt 0 ]; do [ "$1" = --input ] && cp "$2" ${join(base, 'body.json')}; shift; done
case "$way" in
  repos/acme/app) echo '{"default_branch":"trunk","permissions":{"push":true}}' ;;
  repos/acme/app/branches/*) echo "gh: Not Found (HTTP 404)" >&2; exit 1 ;;
  *) ${gh} ;;
esac`,
  )
  return {
    repo,
    bare,
    asked: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    body: () => JSON.parse(readFileSync(join(base, 'body.json'), 'utf8')) as { body: string },
    run: (...args) => repo.start(['agents', 'run', ...args], { env }).ended,
  }
}

const opens = `case "$way" in *pulls?*) echo '[]' ;; *) echo '{"html_url":"https://hub.invalid/acme/app/pull/7"}' ;; esac`
const branches = ({ repo, bare }: Place): readonly string[] => repo.git('--git-dir', bare, 'for-each-ref', '--format=%(refname:short)').trim().split('\n')

once('one pull request for all that landed: facts in its text, nothing of it in a command line, the default branch as it was', async () => {
  const at = await place(opens)
  await using repo = at.repo
  const ended = await at.run('one.md', 'two.md', '--pr')
  expect([ended.code, ended.stderr]).toEqual([0, expect.not.stringContaining('error')])
  expect(ended.stdout).toContain('pull request opened: https://hub.invalid/acme/app/pull/7 (pawl/integration)')
  expect(branches(at)).toEqual(['pawl/integration', 'trunk'])
  expect(repo.git('--git-dir', at.bare, 'rev-parse', 'pawl/integration')).toBe(repo.git('rev-parse', 'pawl/integration'))
  const { title, body, head, base } = at.body()
  expect([title, head, base]).toEqual(['2 prompts: One | `two` @all, Two', 'pawl/integration', 'trunk'])
  for (const fact of [
    'run 1 of pawl',
    '| ` lint ` | passed |',
    '### `` One ¦ `two` @all ``',
    '- ` src/a.txt `',
    'in 1 turn',
    'cost not told',
    'echo two >> src/b.txt',
  ])
    expect(body).toContain(fact)
  expect(at.asked()).not.toContain('Two')
})

once('one for each prompt, from a branch of its own', async () => {
  const at = await place(opens)
  await using repo = at.repo
  const ended = await at.run('one.md', 'two.md', '--pr=each', '--json')
  const told = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as { kind: string; pulls: { branch: string; prompts: string[] }[] }
  expect(told.pulls.map(({ prompts }) => prompts)).toEqual([['one'], ['two']])
  expect(branches(at)).toEqual([...told.pulls.map(({ branch }) => branch), 'trunk'])
  expect(repo.git('--git-dir', at.bare, 'show', `${told.pulls[0]?.branch ?? ''}:src/b.txt`)).toBe('beta\n')
})

once('without a program, a login or a remote nothing is started, and nothing is spent', async () => {
  const at = await place()
  await using repo = at.repo
  const missing = await repo.start(['agents', 'run', 'one.md', '--pr'], { env: { PATH: '/usr/bin:/bin' } }).ended
  expect([missing.code, missing.shown]).toEqual([2, expect.stringContaining('gh, which is not installed')])
  repo.script('bin/gh', 'echo "To get started with GitHub CLI, please run: gh auth login" >&2; exit 4')
  const stranger = await at.run('one.md', '--pr')
  expect([stranger.code, stranger.shown]).toEqual([2, expect.stringContaining('gh auth login')])
  repo.git('remote', 'remove', 'origin')
  const alone = await at.run('one.md', '--pr')
  expect([alone.code, alone.shown]).toEqual([2, expect.stringContaining('the repository has no remote')])
  expect(repo.git('branch', '--list', 'pawl/*')).toBe('')
})

once('what goes wrong afterwards is told with exit code 2, and the work is kept', async () => {
  const at = await place('echo "gh: Validation Failed (HTTP 422)" >&2; exit 1')
  await using repo = at.repo
  const unopened = await at.run('one.md', '--pr')
  expect([unopened.code, unopened.shown]).toEqual([2, expect.stringContaining('Validation Failed')])
  expect(branches(at)).toContain('pawl/integration')
  // Somebody else has pushed something of that name.
  const other = repo.git('commit-tree', '-p', 'trunk', '-m', 'other', 'trunk^{tree}').trim()
  repo.git('push', '--quiet', 'origin', ':pawl/integration')
  repo.git('push', '--quiet', 'origin', `${other}:refs/heads/pawl/integration`)
  const rejected = await at.run('two.md', '--pr')
  expect([rejected.code, rejected.shown]).toEqual([2, expect.stringContaining('origin did not take pawl/integration')])
  expect(rejected.shown).not.toContain('secret-login')
  expect(repo.git('--git-dir', at.bare, 'rev-parse', 'pawl/integration').trim()).toBe(other)
  expect(repo.git('show', 'pawl/integration:src/b.txt')).toBe('beta\ntwo\n')
})
