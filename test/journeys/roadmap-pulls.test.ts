/** Pull requests for phases of a roadmap: pushed to a remote on disk, and asked for with a program that stands in for gh and remembers them. */
import { expect, setDefaultTimeout } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { remoteOnDisk, withHub } from './remote-on-disk.ts'
import { once, type Ended, type Repo } from './rig.ts'
import { group, onto, phase, roadmap, roadmapRepo, task } from './roadmap-repo.ts'

setDefaultTimeout(300_000)

type Asked = { readonly title?: string; readonly body: string; readonly head?: string; readonly base?: string }
type Place = {
  readonly repo: Repo
  readonly bare: string
  /** What was posted, in its order. */
  posted(): readonly Asked[]
  /** Marks the pull request of a branch as merged. */
  merges(branch: string): void
  run(...args: string[]): Promise<Ended>
}

/** Its gh keeps a file for each branch that has a pull request, and tells the commit that the remote has of it. */
async function place(text: string): Promise<Place> {
  const repo = await roadmapRepo(text, ', mends: 0, retries: 0')
  const base = dirname(repo.root)
  const [bare, posts, pulls] = [remoteOnDisk(repo), join(base, 'posts'), join(base, 'pulls')]
  for (const folder of [posts, pulls]) mkdirSync(folder)
  const env = withHub(
    repo,
    `for way; do case "$way" in repos/*) break ;; esac; done
while [ $# -gt 0 ]; do [ "$1" = --input ] && file="$2"; shift; done
branch=$(printf %s "$way" | sed -n 's/.*head=acme%3A\\([^&]*\\).*/\\1/p' | sed 's,%2F,/,g')
known=${pulls}/$(printf %s "$branch" | tr / _)
sha() { git --git-dir ${bare} rev-parse "refs/heads/$1"; }
case "$way" in
  repos/acme/app) echo '{"default_branch":"trunk","permissions":{"push":true}}' ;;
  repos/acme/app/branches/*) echo "gh: Not Found (HTTP 404)" >&2; exit 1 ;;
  *pulls?*) [ -e "$known" ] || { echo '[]'; exit; }
    state=open; merged=null; [ -e "$known.merged" ] && { state=closed; merged='"2026-01-01T00:00:00Z"'; }
    echo "[{\\"number\\":7,\\"html_url\\":\\"https://hub.invalid/$branch\\",\\"state\\":\\"$state\\",\\"merged_at\\":$merged,\\"head\\":{\\"sha\\":\\"$(sha "$branch")\\"}}]" ;;
  *) cp "$file" ${posts}/$(printf %03d $(ls ${posts} | wc -l)).json
    head=$(sed -n 's/.*"head":"\\([^"]*\\)".*/\\1/p' "$file")
    [ -n "$head" ] && touch ${pulls}/$(printf %s "$head" | tr / _)
    echo "{\\"html_url\\":\\"https://hub.invalid/$head\\"}" ;;
esac`,
  )
  return {
    repo,
    bare,
    posted: () =>
      existsSync(posts)
        ? readdirSync(posts)
            .toSorted()
            .map((name) => JSON.parse(readFileSync(join(posts, name), 'utf8')) as Asked)
        : [],
    merges: (branch) => repo.write({ [`../pulls/${branch.replaceAll('/', '_')}.merged`]: '' }),
    run: (...args) => repo.start(['roadmap', ...args], { env }).ended,
  }
}

const there = ({ repo, bare }: Place): readonly string[] => repo.git('--git-dir', bare, 'for-each-ref', '--format=%(refname:short)').trim().split('\n')
const at = ({ repo, bare }: Place, branch: string): string => repo.git('--git-dir', bare, 'rev-parse', branch).trim()
const [first, second] = ['pawl/integration-phase-1', 'pawl/integration-phase-2']

once('each phase whose gate passed is a pull request upon that of the phase before; what is not whole stays here, and nothing is opened twice', async () => {
  const text = (work: string): string =>
    roadmap(
      phase('1', group('A', task('A1', 'One | @all', 'echo one >> src/a.txt'))),
      phase('2', group('B', task('B1', 'Two', 'echo two >> src/b.txt'), task('B2', 'Red', work))),
    )
  const place1 = await place(text('echo BUG >> src/c.txt'))
  await using repo = place1.repo
  const would = await place1.run('run', '--dry-run', '--pr')
  expect([would.code, would.shown]).toEqual([0, expect.stringContaining(`phase 2 would be pushed as ${second} when its gate passes`)])
  expect([there(place1), place1.posted()]).toEqual([['trunk'], []])

  const ended = await place1.run('run', '--pr')
  expect(ended.code).toBe(1)
  expect(ended.stdout).toContain(`pull request opened: https://hub.invalid/${first} (${first})`)
  expect(ended.stdout).toContain('phase 2 is not pushed: 1 of its 2 tasks is not over')
  expect(there(place1)).toEqual([first, 'trunk'])
  // The commit that the gate judged, and nothing that landed after it.
  expect(repo.git('--git-dir', place1.bare, 'show', `${first}:src/b.txt`)).toBe('beta\n')
  const [one] = place1.posted()
  expect([one?.title, one?.head, one?.base]).toEqual(['Phase 1: Part 1', first, 'trunk'])
  for (const fact of ['| ` lint ` | ', '| ` A1 ` | ` One ¦ @all ` | landed as ', '` scripted ` in 1 turn', 'cost not told', 'run 1'])
    expect(one?.body).toContain(fact)

  repo.write({ 'ROADMAP.md': text('echo three >> src/c.txt') })
  const more = await place1.run('run', '--pr')
  expect([more.code, more.stdout]).toEqual([0, expect.stringContaining(`pull request opened: https://hub.invalid/${second} (${second})`)])
  expect(more.stdout).toContain(`phase 1 is not pushed: https://hub.invalid/${first} holds all of it already`)
  expect(place1.posted().map(({ head, base }) => [head, base])).toEqual([
    [first, 'trunk'],
    [second, first],
  ])
  expect(at(place1, second)).toBe(repo.git('rev-parse', onto).trim())

  // Done once more: the same pull request has the new commit; what was merged is not opened again.
  place1.merges(first)
  const again = await place1.run('redo', 'B1', '--pr', '--json')
  expect(again.code).toBe(0)
  const told = JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '') as {
    pulls: { branch: string; state: string; prompts: string[] }[]
    left: { phase: string; why: string }[]
  }
  expect(told.pulls.map(({ branch, state, prompts }) => [branch, state, prompts])).toEqual([[second, 'updated', ['B1', 'B2']]])
  expect(told.left).toEqual([{ phase: '1', why: `https://hub.invalid/${first} held it, and was merged` }])
  expect(place1.posted().length).toBe(3)
  expect(at(place1, second)).toBe(repo.git('rev-parse', onto).trim())
})

once('what was finished without a pull request is handed over later, and nothing leaves the machine without a login', async () => {
  const one = await place(roadmap(phase('1', group('A', task('A1', 'One', 'echo one >> src/a.txt')))))
  await using repo = one.repo
  const missing = await repo.start(['roadmap', 'run', '--pr'], { env: { PATH: '/usr/bin:/bin' } }).ended
  expect([missing.code, missing.shown]).toEqual([2, expect.stringContaining('gh, which is not installed')])
  expect(repo.git('branch', '--list', 'pawl/*')).toBe('')
  expect((await one.run('run')).code).toBe(0)
  expect(there(one)).toEqual(['trunk'])
  expect((await one.run('run', '--dry-run', '--pr')).shown).toContain(`phase 1 would be pushed as ${first} at `)
  const late = await one.run('run', '--pr')
  expect([late.code, late.stdout]).toEqual([0, expect.stringContaining(`pull request opened: https://hub.invalid/${first}`)])
  const idle = await one.run('run', '--pr')
  expect([idle.code, idle.shown]).toEqual([2, expect.stringContaining('are over')])
  expect(one.posted().length).toBe(1)
})
