/** Agents within what a run may spend, and where an agent cannot go on: nothing begins that may not, and nothing that was done is lost. */
import { expect, test } from 'bun:test'
import { once } from './rig.ts'
import { agentsRepo, endingsIn, eventsIn, factsOf, runAgents, sh, type JobEvent } from './scripted-agent.ts'

const notes = (events: readonly JobEvent[]): readonly string[] =>
  events.flatMap(({ type, text }) => (type === 'attempt.noted' && text !== undefined ? [text] : []))

test('when the budget of the run is used up what is committed lands, no other turn begins, and a retry goes on', async () => {
  await using repo = await agentsRepo({ 'p/one.md': sh('One', 'sleep 0.05; echo one >> src/a.txt'), 'p/two.md': sh('Two', 'echo two >> src/b.txt') })
  const ended = await runAgents(repo, 'p/one.md', 'p/two.md', '--parallel', '1', '--total-time', '20ms', '--total-cost', '3')
  const [done, left] = endingsIn(ended)['work:one'] === 'passed' ? ['one', 'two'] : ['two', 'one']
  expect(endingsIn(ended)).toMatchObject({ [`work:${done}`]: 'passed', [`land:${done}`]: 'passed', [`work:${left}`]: 'failed', [`land:${left}`]: 'blocked' })
  const summary = eventsIn(ended).find(({ type, task }) => type === 'attempt.finished' && task === `work:${left}`)?.outcome?.summary
  expect(summary).toMatch(/^the budget of the run is used up: \S+ ms of 20 ms$/)
  expect(factsOf(ended, `work:${left}`)).toEqual([])
  expect(notes(eventsIn(ended)).filter((text) => text.includes('does not tell how much'))).toHaveLength(1)
  const again = await repo.pawl('retry', '--json')
  expect([again.code, endingsIn(again)]).toEqual([0, { [`work:${left}`]: 'passed', [`land:${left}`]: 'passed' }])
})

once('where one agent cannot be started another goes on, and a pause ends at once when its job is cancelled', async () => {
  await using repo = await agentsRepo({
    'one.md': sh('One', 'true', 'echo one >> src/a.txt', 'agent: lame'),
    'sick.md': sh('Sick', 'exit 3', 'exit 3'),
  })
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('delay: 1s', 'delay: 30m').replace('agents: {', 'agents: { lame: { command: [no-such-program] },') })
  repo.commit('lame')
  const running = repo.start(['agents', 'run', 'one.md', 'sick.md', '--json', '--fallback', 'scripted'])
  await running.shows('"type":"retry.scheduled"')
  expect((await repo.pawl('cancel', 'sick')).code).toBe(0)
  const ended = await running.ended
  expect(endingsIn(ended)).toMatchObject({ 'work:one': 'passed', 'land:one': 'passed', 'work:sick': 'cancelled' })
  expect(factsOf(ended, 'work:one').flatMap(({ kind, agent }) => (kind === 'turn-begun' ? [agent] : []))).toEqual(['lame', 'scripted'])
  expect(repo.git('show', 'pawl/integration:src/a.txt')).toBe('alpha\none\n')
})

once('what does not pass at landing is mended on a retry, upon what has landed meanwhile', async () => {
  await using repo = await agentsRepo({
    'p/one.md': sh('One', 'echo LEFT >> src/a.txt', 'grep -q more src/c.txt && echo left > src/a.txt', 'checks: [lint]'),
    'p/two.md': sh('Two', 'echo more >> src/c.txt'),
  })
  repo.write({ 'src/b.txt': 'RIGHT\n' })
  repo.commit('right')
  const first = await runAgents(repo, 'p/')
  expect(endingsIn(first)).toMatchObject({ 'work:one': 'passed', 'land:one': 'failed', 'land:two': 'passed' })
  const again = await repo.pawl('retry', '--json')
  expect([again.code, endingsIn(again)]).toEqual([0, { 'work:one': 'passed', 'land:one': 'passed' }])
  expect(factsOf(again, 'work:one').map(({ kind }) => kind)).toEqual(expect.arrayContaining(['reopened', 'judged', 'turn-begun', 'committed', 'landed']))
  expect(repo.git('show', 'pawl/integration:src/a.txt')).toBe('left\n')
})
