/** Agents in the sandbox, from the outside: conflicts, what is kept of a clone, and what a killed pawl leaves of one. */
import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxTrouble } from '../../src/host/sandbox.ts'
import { once, type Repo } from './rig.ts'
import { agentsRepo, endingsIn, factsOf, runAgents, sh } from './scripted-agent.ts'

const trouble = await sandboxTrouble()
const shutIn: typeof once = trouble === undefined ? once : (title) => test.if(false)(title, () => undefined)

/** In the sandbox checks see only programs of the system. */
async function shutInRepo(prompts: Readonly<Record<string, string>>): Promise<Repo> {
  const repo = await agentsRepo({ '.gitignore': '.pawl\n', ...prompts })
  const config = repo.read('pawl.yaml')
  repo.write({
    'pawl.yaml': `detect: false\nchecks:\n  lint: { command: [sh, -c, "grep -rn BUG src && exit 1; exit 0"], inputs: ["src/**"] }\n${config.slice(config.indexOf('agents:'))}`,
  })
  repo.commit('shut in')
  return repo
}
const clones = (repo: Repo): readonly string[] => (repo.exists('.pawl/clones') ? readdirSync(join(repo.root, '.pawl/clones')) : [])

shutIn('a conflict goes to the agent in its clone, and what it makes of it lands', async () => {
  const again = 'git log --oneline > /dev/null; grep -c "<<<<<<<" src/a.txt > src/seen.txt; printf "one\\ntwo\\n" > src/a.txt'
  await using repo = await shutInRepo({
    'one.md': sh('One', 'echo one > src/a.txt'),
    'two.md': sh('Two', 'echo two > src/a.txt; mkdir -p src/new; echo new > src/new/file.txt', again),
  })
  const ended = await runAgents(repo, 'one.md', 'two.md', '--sandbox')
  expect(endingsIn(ended)).toMatchObject({ 'land:one': 'passed', 'land:two': 'passed' })
  expect(repo.git('show', 'pawl/integration:src/a.txt')).toBe('one\ntwo\n')
  expect(repo.git('show', 'pawl/integration:src/seen.txt')).toBe('1\n')
  expect(repo.git('ls-tree', '-r', '--name-only', 'pawl/integration')).toContain('src/new/file.txt')
  expect(repo.git('fsck', '--strict', '--no-dangling').trim()).toBe('')
  expect(clones(repo)).toEqual([])
})

shutIn('a resolution that leaves markers does not land, and the branch stays as it was judged', async () => {
  await using repo = await shutInRepo({ 'one.md': sh('One', 'echo one > src/a.txt', 'true'), 'two.md': sh('Two', 'echo two > src/a.txt', 'true') })
  const ended = await runAgents(repo, 'one.md', 'two.md', '--sandbox')
  const endings = endingsIn(ended)
  const held = endings['land:one'] === 'passed' ? 'two' : 'one'
  expect(new Set([endings['land:one'], endings['land:two']])).toEqual(new Set(['failed', 'passed']))
  const committed = factsOf(ended, `work:${held}`).findLast(({ kind }) => kind === 'committed')?.['commit']
  const branch = factsOf(ended, `work:${held}`).find(({ kind }) => kind === 'leased')?.['lease'] as { readonly branch: string }
  expect(repo.git('rev-parse', branch.branch).trim()).toBe(String(committed))
  expect(repo.git('show', `${branch.branch}:src/a.txt`)).toBe(`${held}\n`)
})

shutIn('what does not pass at landing is mended in its clone on a retry, upon what has landed meanwhile, by what the checks find', async () => {
  const again = 'grep -q "src/a.txt:1: LEFT" "$BRIEF" && grep -q more src/c.txt && test -z "$(git status --porcelain)" && echo left > src/a.txt'
  await using repo = await shutInRepo({
    'p/one.md': sh('One', 'echo LEFT > src/a.txt', again, 'checks: [lint]'),
    'p/two.md': sh('Two', 'echo more >> src/c.txt'),
    'src/b.txt': 'RIGHT\n',
  })
  const pair = 'pair: { command: [sh, -c, "grep -q LEFT src/a.txt && grep -q RIGHT src/b.txt || exit 0; grep -n LEFT src/*.txt; exit 1"], inputs: ["src/**"] }'
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('checks:\n', `checks:\n  ${pair}\n`) })
  repo.commit('pair')
  expect(endingsIn(await runAgents(repo, 'p/', '--sandbox'))).toMatchObject({ 'work:one': 'passed', 'land:one': 'failed', 'land:two': 'passed' })
  const retried = await repo.pawl('retry', '--json')
  expect([retried.code, endingsIn(retried)]).toEqual([0, { 'work:one': 'passed', 'land:one': 'passed' }])
  // The first is told again.
  expect(factsOf(retried, 'work:one').flatMap(({ kind, red }) => (kind === 'judged' ? [red] : []))).toEqual([[], ['pair'], []])
  expect(repo.git('show', 'pawl/integration:src/a.txt')).toBe('left\n')
  expect(repo.git('fsck', '--strict', '--no-dangling').trim()).toBe('')
})

shutIn('worktrees and cleanup know clones: nothing goes that is held nowhere else', async () => {
  await using repo = await shutInRepo({
    'red.md': sh(
      'Red',
      'echo BUG > src/b.txt; echo mine > src/mine.txt; git add src/mine.txt; git commit -qm "of the agent"; git reset -q --hard HEAD^; echo BUG > src/b.txt',
    ),
  })
  await runAgents(repo, 'red.md', '--sandbox', '--mends', '0')
  const listed = JSON.parse((await repo.pawl('worktrees', '--json')).stdout) as { worktrees: readonly { folder: string; job: string; status: string }[] }
  expect(listed.worktrees).toMatchObject([{ job: 'red', status: 'failed' }])
  expect((await repo.pawl('cleanup')).stdout).toContain('kept')
  expect(clones(repo)).toHaveLength(1)
  expect((await repo.pawl('cleanup', '--older-than', '0s', '--dry-run')).stdout).toContain('would go')
  expect(clones(repo)).toHaveLength(1)
  expect((await repo.pawl('cleanup', '--older-than', '0s')).stdout).toContain('removed')
  expect(clones(repo)).toEqual([])
  const rescued = repo.git('for-each-ref', '--format=%(refname)', 'refs/pawl/rescue').trim().split('\n')
  const files = rescued.flatMap((ref) => repo.git('log', '--all', '--name-only', '--format=', ref).split('\n'))
  expect(files).toContain('src/mine.txt')
  expect(rescued.map((ref) => repo.git('show', `${ref}:src/b.txt`))).toContain('BUG\n')
})

shutIn('what a killed pawl had only begun of a clone is cleared away by the next run, and nothing else', async () => {
  await using repo = await shutInRepo({ 'p.md': sh('P', 'echo ok >> src/a.txt') })
  for (const name of ['half-1-0123abcd', 'pawl-gate-0-0123abcd', 'not ours']) mkdirSync(join(repo.root, '.pawl/clones', name, 'tree'), { recursive: true })
  expect(endingsIn(await runAgents(repo, 'p.md', '--sandbox'))).toMatchObject({ 'land:p': 'passed' })
  expect(clones(repo)).toEqual(['not ours'])
})
