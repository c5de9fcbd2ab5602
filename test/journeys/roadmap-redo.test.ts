/** What a person asks for once more: by whatever name, and truthfully told when nothing was left to do. */
import { expect, setDefaultTimeout } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { once } from './rig.ts'
import { group, kindsOf, onto, phase, roadmap, roadmapRepo, standingsOf, task } from './roadmap-repo.ts'
import { endingsIn, eventsIn, factsOf } from './scripted-agent.ts'

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

once('a gate that waited for a person is judged by the next run; what is still red costs no turn again, until a person asks for it', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      phase(
        '1',
        group('A', task('A1', 'One', 'grep -q one src/a.txt || echo one >> src/a.txt', 'true', ['checks: lint']), task('A2', 'Buy', ':', '', ['manual: yes'])),
      ),
      phase('2', group('B', task('B1', 'Two', 'echo two >> src/b.txt'))),
    ),
    ', mends: 0, retries: 0',
    'gates: { start: false, group: [lint], phase: [weather] }',
  )
  const storm = join(dirname(repo.root), 'storm')
  const weather = repo.script('weather', `[ ! -e ${storm} ]`)
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('checks:\n', `checks:\n  weather: { command: [${weather}], inputs: unknown }\n`) })
  repo.commit('weather')
  const asked = (ended: Parameters<typeof endingsIn>[0]): number => factsOf(ended, 'work:mend-phase-1').filter(({ kind }) => kind === 'turn-begun').length
  const why = (ended: Parameters<typeof endingsIn>[0]): string | undefined =>
    eventsIn(ended).find(({ type, task: id }) => type === 'attempt.finished' && id === 'gate:phase-1')?.outcome?.summary
  expect(endingsIn(await repo.pawl('roadmap', 'run', '--json'))).toMatchObject({ 'land:a1': 'passed', 'gate:1.A': 'passed' })
  expect((await repo.pawl('roadmap', 'done', 'A2')).code).toBe(0)
  writeFileSync(storm, '')
  const red = await repo.pawl('roadmap', 'run', '--json')
  expect(endingsIn(red)).toEqual({
    'gate:1.A': 'passed',
    'gate:phase-1': 'failed',
    'work:b1': 'blocked',
    'land:b1': 'blocked',
    'gate:2.B': 'blocked',
    'gate:phase-2': 'blocked',
  })
  expect(asked(red)).toBe(1)
  const still = await repo.pawl('roadmap', 'run', '--json')
  expect([still.code, asked(still), why(still)]).toEqual([1, 0, 'the branch does not pass weather: still red since run 2; its agent has tried'])
  expect((await repo.pawl('roadmap', 'plan')).shown).toContain('red since run 2; its agent has tried')
  const again = await repo.pawl('roadmap', 'redo', 'A1', '--json')
  expect([endingsIn(again)['gate:phase-1'], asked(again)]).toEqual(['failed', 1])
  rmSync(storm)
  expect((await repo.pawl('roadmap', 'run')).code).toBe(0)
  expect(await kindsOf(repo)).toEqual({ A1: 'landed', A2: 'confirmed', B1: 'landed' })
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
