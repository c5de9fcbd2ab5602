/** Agents by the library: what a program gets told, and what it gets back. */
import { expect } from 'bun:test'
import { planAgents, runAgents } from '../../src/faces/library/library.ts'
import { environment, once, type Repo } from './rig.ts'
import { agentsRepo, sh } from './scripted-agent.ts'

const envOf = ({ root }: Repo): Record<string, string> => environment(`${root}/..`)

once('a program has agents work, follows them, and is told what became of each prompt', async () => {
  await using repo = await agentsRepo({
    'p/one.md': sh('One', 'echo one >> src/a.txt'),
    'p/bad.md': sh('Bad', 'echo BUG >> src/b.txt'),
    'p/fine.md': sh('Fine', 'echo "PAWL-NO-CHANGE: it is there"'),
  })
  const env = envOf(repo)
  const planned = await planAgents(repo.root, { prompts: ['p/'], env })
  expect([planned.ok, planned.prompts.map(({ id, title }) => `${id} ${title}`).toSorted(), planned.lanes.length]).toEqual([
    true,
    ['bad Bad', 'fine Fine', 'one One'],
    3,
  ])
  expect(repo.git('branch', '--list', 'pawl/*')).toBe('')
  const events: string[] = []
  const report = await runAgents(repo.root, { prompts: ['p/'], mends: 0, env, onEvent: ({ type }) => events.push(type) })
  expect([report.verdict, report.exitCode, report.counts.total, report.run, report.failures]).toEqual(['failed', 1, 6, 1, []])
  expect([events[0], events.at(-1), events.includes('job.advanced')]).toEqual(['run.started', 'run.finished', true])
  const jobs = Object.fromEntries(report.jobs.map((job) => [job.id, job]))
  expect(jobs).toMatchObject({
    one: { ending: 'landed', turns: 1, files: 1, agent: 'scripted', landed: { onto: 'pawl/integration' } },
    bad: { ending: 'failed', turns: 1, why: expect.stringContaining('lint') },
    fine: { ending: 'unchanged', why: 'it is there' },
  })
  expect(repo.git('show', 'pawl/integration:src/a.txt')).toBe('alpha\none\n')
})

once('an aborted signal ends the agents; a mistake is a report, too', async () => {
  await using repo = await agentsRepo({ 'slow.md': sh('Slow', 'sleep 300') })
  const stop = new AbortController()
  const begun = (text: string): void => (text === 'attempt.started' ? stop.abort() : undefined)
  const stopped = await runAgents(repo.root, { prompts: ['slow.md'], env: envOf(repo), signal: stop.signal, onEvent: ({ type }) => begun(type) })
  expect([stopped.verdict, stopped.exitCode, stopped.jobs[0]?.ending]).toEqual(['cancelled', 130, 'unfinished'])
  const wrong = await runAgents(repo.root, { prompts: ['nothing.md'], env: envOf(repo) })
  expect([wrong.verdict, wrong.exitCode, wrong.jobs]).toEqual(['broken', 2, []])
  expect(wrong.failures[0]?.what).toContain('nothing.md')
})
