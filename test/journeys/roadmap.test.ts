/** A roadmap from a file to landed work: groups in order, gates between them, what a person says, going on after failures, taking back. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once, type Repo } from './rig.ts'
import { onto, roadmap, task } from './roadmap-repo.ts'
import { agentsRepo, endingsIn, eventsIn } from './scripted-agent.ts'

// Each starts pawl up to eight times, with worktrees and gates.
setDefaultTimeout(240_000)

const group = (id: string, title: string, ...tasks: readonly string[]): string => [`### Group ${id}: ${title}`, '', ...tasks].join('\n')
const phase = (id: string, title: string, ...groups: readonly string[]): string => [`## Phase ${id}: ${title}`, '', ...groups].join('\n')

const roadmapRepo = (text: string, more = ''): Promise<Repo> => agentsRepo({ 'ROADMAP.md': text }, more)
const show = (repo: Repo, path: string): string => repo.git('show', `${onto}:${path}`)
type Status = {
  readonly counts: Readonly<Record<string, number>>
  readonly phases: readonly { readonly groups: readonly { readonly tasks: readonly { id: string; standing: { kind: string } }[] }[] }[]
}
const statusOf = async (repo: Repo): Promise<Readonly<Record<string, string>>> => {
  const status = JSON.parse((await repo.pawl('roadmap', 'status', '--json')).stdout) as Status
  return Object.fromEntries(status.phases.flatMap(({ groups }) => groups.flatMap(({ tasks }) => tasks.map((one) => [one.id, one.standing.kind] as const))))
}

once('groups go one after the other with a gate between them, and what has landed is never done again', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      phase(
        '1',
        'First',
        group('A', 'Base', task('A1', 'One', 'echo one >> src/a.txt'), task('A2', 'Two', 'echo two >> src/b.txt')),
        group('B', 'On it', task('B1', 'Three', 'grep -q one src/a.txt && grep -q two src/b.txt && echo three >> src/c.txt')),
      ),
      phase('2', 'Second', group('C', 'Last', task('C1', 'Four', 'grep -q three src/c.txt && echo four >> src/a.txt'))),
    ),
  )
  const head = repo.git('rev-parse', 'HEAD')
  const run = await repo.pawl('roadmap', 'run', '--json')
  expect(run.code).toBe(0)
  const order = eventsIn(run).flatMap(({ type, task: id, outcome }) =>
    type === 'attempt.finished' && outcome?.kind === 'passed' && id?.startsWith('gate:') === true ? [id] : [],
  )
  expect(order).toEqual(['gate:start', 'gate:1.A', 'gate:1.B', 'gate:phase-1', 'gate:2.C', 'gate:phase-2'])
  expect([show(repo, 'src/a.txt'), show(repo, 'src/c.txt')]).toEqual(['alpha\none\nfour\n', 'gamma\nthree\n'])
  expect(await statusOf(repo)).toEqual({ A1: 'landed', A2: 'landed', B1: 'landed', C1: 'landed' })
  // The user's checkout and branch stay as they were.
  expect([repo.git('rev-parse', 'HEAD'), repo.read('src/a.txt'), repo.git('status', '--porcelain')]).toEqual([head, 'alpha\n', ''])
  expect(repo.git('log', '--format=%B', onto)).toContain('Pawl-Task: A1 One')
  const tip = repo.git('rev-parse', onto)
  const again = await repo.pawl('roadmap', 'run')
  expect([again.code, again.shown.includes('all 4 tasks of ROADMAP.md are over')]).toEqual([2, true])
  expect(repo.git('rev-parse', onto)).toBe(tip)
  const papers = readdirSync(join(repo.root, '.pawl/roadmap'))
  expect(papers.filter((name) => name.startsWith('report-')).length).toBe(2)
  expect(readFileSync(join(repo.root, '.pawl/roadmap/status/PHASE1-GROUP-A-STATUS.md'), 'utf8')).toContain('**Status: ✅ COMPLETE**')
})

once('of a failed task only that one is done again, and nothing proceeds on red', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      phase(
        '1',
        'First',
        group('A', 'Base', task('A1', 'One', 'echo one >> src/a.txt'), task('A2', 'Two', 'echo BUG >> src/b.txt')),
        group('B', 'On it', task('B1', 'Three', 'echo three >> src/c.txt')),
      ),
    ),
    ', mends: 0',
  )
  const run = await repo.pawl('roadmap', 'run', '--json')
  expect(run.code).toBe(1)
  expect(endingsIn(run)).toMatchObject({ 'land:a1': 'passed', 'work:a2': 'failed', 'gate:1.A': 'blocked', 'work:b1': 'blocked' })
  expect(await statusOf(repo)).toEqual({ A1: 'landed', A2: 'failed', B1: 'open' })
  expect(readFileSync(join(repo.root, '.pawl/roadmap/status/PHASE1-GROUP-A-STATUS.md'), 'utf8')).toContain('FAILED')
  // The text of the task is mended: another content, so it begins anew; nothing of A1 is repeated.
  repo.write({ 'ROADMAP.md': repo.read('ROADMAP.md').replace('echo BUG >> src/b.txt', 'echo two >> src/b.txt') })
  const second = await repo.pawl('roadmap', 'run', '--json')
  expect(second.code).toBe(0)
  expect(Object.keys(endingsIn(second)).filter((id) => id.startsWith('work:'))).toEqual(['work:a2', 'work:b1'])
  expect(await statusOf(repo)).toEqual({ A1: 'landed', A2: 'landed', B1: 'landed' })
})

test('a roadmap without a task is an error: nothing is run, written or committed', async () => {
  await using repo = await roadmapRepo(
    '# Roadmap\n\n## Phase 1: First\n\n### Group A (Parallel)\n\n| Part | Note |\n| --- | --- |\n| **A** | DB, Scaffolding |\n',
  )
  const refs = repo.git('for-each-ref')
  const run = await repo.pawl('roadmap', 'run')
  expect([run.code, run.shown.includes('ROADMAP.md has no task')]).toEqual([2, true])
  expect([repo.git('for-each-ref'), existsSync(join(repo.root, '.pawl/roadmap'))]).toEqual([refs, false])
})

once('marks of a person are kept and told as such: skip, done, reset; a task for a person is waited for', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      phase(
        '1',
        'First',
        group('A', 'Base', task('A1', 'One', 'echo one >> src/a.txt'), task('A2', 'Buy a domain', ':', '', ['manual: yes'])),
        group('B', 'On it', task('B1', 'Three', 'echo three >> src/c.txt')),
      ),
    ),
  )
  const first = await repo.pawl('roadmap', 'run')
  expect([first.code, first.shown.includes('A2 is not begun')]).toEqual([0, true])
  expect(await statusOf(repo)).toEqual({ A1: 'landed', A2: 'open', B1: 'open' })
  expect((await repo.pawl('roadmap', 'run', '--group', 'B')).shown).toContain('it waits for A2')
  expect((await repo.pawl('roadmap', 'done', 'A2', '--reason', 'bought it')).code).toBe(0)
  expect((await repo.pawl('roadmap', 'skip', 'b1')).code).toBe(0)
  expect(await statusOf(repo)).toEqual({ A1: 'landed', A2: 'confirmed', B1: 'skipped' })
  // Nothing is open; the gate of the phase, which nobody has judged yet, is.
  expect((await repo.pawl('roadmap', 'run')).code).toBe(0)
  expect((await repo.pawl('roadmap', 'run')).code).toBe(2)
  expect((await repo.pawl('roadmap', 'reset', 'B1')).code).toBe(0)
  expect((await repo.pawl('roadmap', 'run')).code).toBe(0)
  expect(await statusOf(repo)).toEqual({ A1: 'landed', A2: 'confirmed', B1: 'landed' })
  const odd = await repo.pawl('roadmap', 'skip', 'B7')
  expect([odd.code, odd.shown.includes('B7')]).toEqual([2, true])
})

once('what landed is taken back by reverts that pass the gate, and can be done once more', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      phase(
        '1',
        'First',
        group('A', 'Base', task('A1', 'One', 'echo one >> src/a.txt'), task('A2', 'Two', 'echo two >> src/b.txt')),
        group('B', 'On it', task('B1', 'Three', 'echo three >> src/c.txt')),
      ),
    ),
  )
  expect((await repo.pawl('roadmap', 'run')).code).toBe(0)
  const tip = repo.git('rev-parse', onto).trim()
  expect((await repo.pawl('roadmap', 'rollback', 'A2', '--dry-run')).shown).toContain('would take back A2')
  const back = await repo.pawl('roadmap', 'rollback', 'A2')
  expect(back.code).toBe(0)
  expect([show(repo, 'src/a.txt'), show(repo, 'src/b.txt'), show(repo, 'src/c.txt')]).toEqual(['alpha\none\n', 'beta\n', 'gamma\nthree\n'])
  expect(repo.git('merge-base', '--is-ancestor', tip, onto)).toBe('')
  expect(await statusOf(repo)).toEqual({ A1: 'landed', A2: 'open', B1: 'landed' })
  const report = JSON.parse((await repo.pawl('roadmap', 'report', '--json')).stdout) as {
    run: number
    to: string
    rollback: { tasks: { id: string; commit: string; by: string }[] }
    first: { text: string }[]
  }
  const [reverted] = report.rollback.tasks
  expect([report.run, report.to, reverted?.id]).toEqual([2, repo.git('rev-parse', onto).trim(), 'A2'])
  expect(repo.git('log', '-1', '--format=%s', reverted?.by ?? '').trim()).toBe('Revert "A2: Two"')
  expect(repo.git('merge-base', '--is-ancestor', reverted?.by ?? '', onto)).toBe('')
  expect(report.first.map(({ text }) => text)).toContain('A2: reverted, and to be done again')
  expect((await repo.pawl('roadmap', 'report')).shown).toContain(`| A2 | Two | ${reverted?.commit.slice(0, 12)} | ${reverted?.by.slice(0, 12)} | open |`)
  expect(existsSync(join(repo.root, '.pawl/roadmap/report-2.html'))).toBe(true)
  expect((await repo.pawl('roadmap', 'run')).code).toBe(0)
  expect([show(repo, 'src/b.txt'), (await statusOf(repo))['A2']]).toEqual(['beta\ntwo\n', 'landed'])
  expect((await repo.pawl('roadmap', 'redo', 'A1')).code).toBe(0)
  expect(show(repo, 'src/a.txt')).toBe('alpha\none\none\n')
})
