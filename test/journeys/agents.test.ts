/** Agents on prompts: each in a checkout of its own, judged by the gate, and landed only with what passes together. */
import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once, type Repo } from './rig.ts'
import { agentsRepo, endingsIn, eventsIn, factsOf, runAgents, sh } from './scripted-agent.ts'

const landed = (repo: Repo, path: string): string => repo.git('show', `pawl/integration:${path}`)
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
/** All that is the user's. */
const mine = (repo: Repo): string =>
  [
    repo.git('status', '--porcelain', '--untracked-files=all'),
    repo.git('rev-parse', 'HEAD', 'trunk'),
    repo.git('symbolic-ref', 'HEAD'),
    repo.git('stash', 'list'),
    readFileSync(join(repo.root, '.git/config'), 'utf8'),
    readdirSync(join(repo.root, '.git/hooks')).join(),
  ].join('\n')

test('two prompts land together; what is the user’s is as it was, and the worktrees show in no status', async () => {
  await using repo = await agentsRepo({
    'prompts/one.md': sh('One', 'echo one >> src/a.txt'),
    'prompts/two.md': sh('Two', 'echo two >> src/b.txt; echo new > src/new.txt'),
  })
  const before = mine(repo)
  const ended = await runAgents(repo, 'prompts/')
  expect(endingsIn(ended)).toEqual({ 'work:one': 'passed', 'work:two': 'passed', 'land:one': 'passed', 'land:two': 'passed' })
  expect(ended.code).toBe(0)
  expect([landed(repo, 'src/a.txt'), landed(repo, 'src/b.txt'), landed(repo, 'src/new.txt')]).toEqual(['alpha\none\n', 'beta\ntwo\n', 'new\n'])
  expect(mine(repo)).toBe(before)
  expect(repo.git('log', '-1', '--format=%B', 'pawl/integration^2')).toMatch(
    /^Two\n\nBy scripted in 1 turn .*asked in prompts\/two\.md\.\n\nPawl-Job: \d+\/two\n/,
  )
})

once('what depends on another begins with its work; what depends on a failed one is blocked, and nothing of it is lost from the counts', async () => {
  await using repo = await agentsRepo({
    'one.md': sh('One', 'echo one >> src/a.txt'),
    'two.md': sh('Two', 'grep -q one src/a.txt && echo two >> src/a.txt', 'true', 'depends_on: [one]'),
    'bad.md': sh('Bad', 'echo BUG >> src/c.txt'),
    'after.md': sh('After', 'echo after >> src/b.txt', 'true', 'depends_on: bad'),
  })
  const ended = await runAgents(repo, 'one.md', 'two.md', 'bad.md', 'after.md', '--mends', '0')
  expect(endingsIn(ended)).toEqual({
    'work:one': 'passed',
    'land:one': 'passed',
    'work:two': 'passed',
    'land:two': 'passed',
    'work:bad': 'failed',
    'land:bad': 'blocked',
    'work:after': 'blocked',
    'land:after': 'blocked',
  })
  expect(ended.code).toBe(1)
  expect(landed(repo, 'src/a.txt')).toBe('alpha\none\ntwo\n')
})

once('prompts that declare one file are never worked on at the same time', async () => {
  const names = ['one', 'two', 'three']
  const prompts = Object.fromEntries(names.map((name) => [`${name}.md`, sh(name, `echo ${name} >> src/a.txt; sleep 0.2`, 'true', 'files: [src/a.txt]')]))
  await using repo = await agentsRepo(prompts)
  const ended = await runAgents(repo, ...names.map((name) => `${name}.md`))
  expect(ended.code).toBe(0)
  const live = new Set<string>()
  for (const { type, task = '' } of eventsIn(ended)) {
    if (!task.startsWith('work:')) continue
    if (type === 'attempt.started') live.add(task)
    if (type === 'attempt.finished') live.delete(task)
    expect(live.size).toBeLessThan(2)
  }
  expect(landed(repo, 'src/a.txt').split('\n').toSorted().join()).toBe(',alpha,one,three,two')
})

once(
  'the agent is told the prompt byte for byte; who says to be done and has changed nothing has failed; who says why nothing has to be changed has not',
  async () => {
    const text = '# Odd “text”\r\n\ttabs, $(touch /tmp/never), `ticks`, \u{1F600}, trailing blanks   \n\n```sh\ncp "$BRIEF" src/brief.txt\n```\nno line end'
    await using repo = await agentsRepo({
      'odd.md': `---\npriority: high\n---\n${text}`,
      'idle.md': sh('Idle', 'echo all done'),
      'fine.md': sh('Fine', 'echo "PAWL-NO-CHANGE: it is there already"'),
    })
    const ended = await runAgents(repo, 'odd.md', 'idle.md', 'fine.md', '--mends', '1')
    expect(endingsIn(ended)).toEqual({
      'work:odd': 'passed',
      'land:odd': 'passed',
      'work:idle': 'failed',
      'land:idle': 'blocked',
      'work:fine': 'passed',
      'land:fine': 'passed',
    })
    expect(landed(repo, 'src/brief.txt').endsWith(`\n${text}`)).toBe(true)
    expect(eventsIn(ended).find(({ task, outcome }) => task === 'work:idle' && outcome !== undefined)?.outcome?.summary).toContain('has changed nothing')
    expect(factsOf(ended, 'work:fine')).toContainEqual({ kind: 'unchanged', why: 'it is there already' })
  },
)

once(
  'a gate that is red is mended in a further turn, which is told what was found; a time limit ends a whole tree, even one that left the session and holds the output open',
  async () => {
    await using repo = await agentsRepo({
      'one.md': sh('One', 'echo BUG >> src/a.txt', 'grep -q "src/a.txt" "$BRIEF" && sed -i /BUG/d src/a.txt && echo fine >> src/a.txt'),
      'slow.md': sh('Slow', 'echo half >> src/b.txt; setsid sh -c "sleep 300 & echo \\$! > ../../../grandchild; wait" & sleep 300', 'true', 'timeout: 2s'),
    })
    const ended = await runAgents(repo, 'one.md', 'slow.md')
    expect(endingsIn(ended)).toEqual({ 'work:one': 'passed', 'land:one': 'passed', 'work:slow': 'timed-out', 'land:slow': 'blocked' })
    expect(factsOf(ended, 'work:one').flatMap((fact) => (fact.kind === 'judged' ? [fact['red']] : []))).toEqual([['lint'], []])
    expect(landed(repo, 'src/a.txt')).toBe('alpha\nfine\n')
    expect(isAlive(Number(repo.read('grandchild')))).toBe(false)
    const rescued = factsOf(ended, 'work:slow').find(({ kind }) => kind === 'rescued')
    expect(repo.git('show', `${String(rescued?.['ref'])}:src/b.txt`)).toBe('beta\nhalf\n')
  },
)

once('the same prompt again gets a branch of its own', async () => {
  await using repo = await agentsRepo({ 'one.md': sh('One', 'echo one >> src/a.txt') })
  expect((await runAgents(repo, 'one.md')).code).toBe(0)
  expect((await runAgents(repo, 'one.md')).code).toBe(0)
  expect(landed(repo, 'src/a.txt')).toBe('alpha\none\none\n')
})

once('a pair that fails only together: one lands, the other is held and the pair is named, a third is not disturbed', async () => {
  await using repo = await agentsRepo({
    'left.md': sh('Left', 'echo LEFT >> src/a.txt'),
    'right.md': sh('Right', 'echo RIGHT >> src/b.txt'),
    'other.md': sh('Other', 'echo other >> src/c.txt'),
  })
  const ended = await runAgents(repo, 'left.md', 'right.md', 'other.md')
  expect(endingsIn(ended)).toMatchObject({ 'land:left': 'passed', 'land:right': 'failed', 'land:other': 'passed' })
  const held = factsOf(ended, 'work:right').find(({ kind }) => kind === 'held')?.['held']
  expect(held).toMatchObject({ reason: 'red-together', check: 'pair', beside: ['work:left'] })
  expect(landed(repo, 'src/c.txt')).toBe('gamma\nother\n')
  expect(landed(repo, 'src/b.txt')).toBe('beta\n')
  const lease = factsOf(ended, 'work:right').find(({ kind }) => kind === 'leased')?.['lease'] as { branch: string }
  expect(repo.git('show', `${lease.branch}:src/b.txt`)).toBe('beta\nRIGHT\n')
})

const conflicting = (again: string) => ({
  'one.md': sh('One', 'echo one > src/a.txt', again),
  'two.md': sh('Two', 'echo two > src/a.txt', again),
})

once('a conflict goes to a turn of its agent, with both versions; what it makes of them lands', async () => {
  await using repo = await agentsRepo(conflicting('printf "one\\ntwo\\n" > src/a.txt'))
  const ended = await runAgents(repo, 'one.md', 'two.md')
  expect(ended.code).toBe(0)
  expect(landed(repo, 'src/a.txt')).toBe('one\ntwo\n')
  expect(factsOf(ended, 'work:two').map(({ kind, why }) => (kind === 'turn-begun' ? why : ''))).toContain('resolve')
})

once('a conflict that nobody resolves is held by file, with both branches kept', async () => {
  await using repo = await agentsRepo(conflicting('true'))
  const ended = await runAgents(repo, 'one.md', 'two.md')
  expect(endingsIn(ended)).toMatchObject({ 'land:one': 'passed', 'land:two': 'failed' })
  expect(factsOf(ended, 'work:two').find(({ kind }) => kind === 'held')?.['held']).toMatchObject({
    reason: 'conflict',
    files: ['src/a.txt'],
    beside: ['work:one'],
  })
  expect(landed(repo, 'src/a.txt')).toBe('one\n')
})

once('a list that names nothing is an error that quotes its line, and a circle names its members', async () => {
  await using repo = await agentsRepo({ 'a.md': sh('A', 'true', 'true', 'depends_on: b'), 'b.md': sh('B', 'true', 'true', 'depends_on: a') })
  const circle = await repo.pawl('agents', 'run', 'a.md', 'b.md')
  expect(circle.shown).toContain('a → b → a')
  expect(circle.code).toBe(2)
  const unknown = await repo.pawl('agents', 'run', 'nothing.md')
  expect(unknown.shown).toContain('nothing.md')
  expect(unknown.code).toBe(2)
})
