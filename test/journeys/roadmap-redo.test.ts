/** What a person asks for once more: by whatever name, and truthfully told when nothing was left to do. */
import { expect, setDefaultTimeout } from 'bun:test'
import { once } from './rig.ts'
import { group, kindsOf, onto, phase, roadmap, roadmapRepo, standingsOf, task } from './roadmap-repo.ts'
import { endingsIn } from './scripted-agent.ts'

setDefaultTimeout(240_000)

const worked = (ended: Parameters<typeof endingsIn>[0]): readonly string[] => Object.keys(endingsIn(ended)).filter((id) => id.startsWith('work:'))

once('a group and a phase are named wherever tasks are: each word is resolved once', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      phase(
        '1',
        group('A', task('A1', 'One', 'echo one >> src/a.txt')),
        group('B', task('B1', 'Two', 'echo two >> src/b.txt'), task('B2', 'More', 'echo more >> src/d.txt')),
      ),
      phase('2', group('C', task('C1', 'Three', 'echo three >> src/c.txt'))),
    ),
  )
  expect((await repo.pawl('roadmap', 'plan', 'A', '2')).shown).toContain('C1 comes after B1, B2')
  expect(worked(await repo.pawl('roadmap', 'run', '1.A', '--json'))).toEqual(['work:a1'])
  expect((await repo.pawl('roadmap', 'run')).code).toBe(0)
  const group2 = await repo.pawl('roadmap', 'redo', 'b', '--json')
  expect([group2.code, worked(group2).toSorted()]).toEqual([0, ['work:b1', 'work:b2']])
  expect(repo.git('show', `${onto}:src/b.txt`)).toBe('beta\ntwo\ntwo\n')
  const phase2 = await repo.pawl('roadmap', 'redo', 'phase-2', '--json')
  expect([phase2.code, worked(phase2)]).toEqual([0, ['work:c1']])
  for (const verb of ['skip', 'reset', 'done']) expect((await repo.pawl('roadmap', verb, '2', '--dry-run')).shown).toMatch(/^C1 /m)
  const odd = await repo.pawl('roadmap', 'redo', 'D')
  expect([odd.code, odd.shown]).toEqual([2, expect.stringContaining("the roadmap has no task, group or phase 'D'")])
  expect(await kindsOf(repo)).toEqual({ A1: 'landed', B1: 'landed', B2: 'landed', C1: 'landed' })
})

once('landed work that is asked for once more and needs no change stands as it landed; what changes nothing and never landed fails', async () => {
  await using repo = await roadmapRepo(
    roadmap(phase('1', group('A', task('A1', 'One', 'grep -q one src/a.txt || echo one >> src/a.txt')), group('B', task('B1', 'Idle', 'true', 'true')))),
    ', mends: 1, retries: 0',
  )
  expect((await repo.pawl('roadmap', 'run', 'A')).code).toBe(0)
  const { A1: first } = await standingsOf(repo)
  const again = await repo.pawl('roadmap', 'redo', 'A1')
  expect([again.code, again.shown]).toEqual([0, expect.stringContaining('nothing was left to change')])
  const { A1: second } = await standingsOf(repo)
  expect(second).toEqual({ ...first, kind: 'landed', again: { run: 2, at: expect.any(Number) } })
  const shown = await repo.pawl('roadmap', 'status')
  expect(shown.shown).toMatch(/A1 +One +landed as \w+ on pawl\/integration \(run 1, .*\), done again in run 2: nothing to change/)
  expect((await repo.pawl('roadmap', 'report')).shown).toContain('done again in run 2: nothing to change')
  expect((await repo.pawl('roadmap', 'run')).code).toBe(1)
  expect(await kindsOf(repo)).toEqual({ A1: 'landed', B1: 'failed' })
  // It lies on the branch as it did, so it can be taken back; then nothing stands any more.
  expect((await repo.pawl('roadmap', 'rollback', 'A1')).code).toBe(0)
  expect([repo.git('show', `${onto}:src/a.txt`), (await kindsOf(repo))['A1']]).toEqual(['alpha\n', 'open'])
})
