/** Ways in which something unproven might land, each of which did once. */
import { expect } from 'bun:test'
import { join } from 'node:path'
import { once } from './rig.ts'
import { agentsRepo, endingsIn, eventsIn, factsOf, runAgents, sh } from './scripted-agent.ts'

for (const flags of [[], ['--sandbox']])
  once(`what passes only by a file that git ignores does not pass${flags.length > 0 ? ', in the sandbox neither' : ''}`, async () => {
    await using repo = await agentsRepo({
      '.gitignore': 'gen/\n',
      'p.md': sh('P', 'mkdir -p src/gen; echo helper > src/gen/helper.txt; echo "use gen/helper.txt" >> src/a.txt'),
    })
    const build = 'if grep -q "use gen/helper" src/a.txt; then test -f src/gen/helper.txt || { echo "src/a.txt:1: gen/helper.txt is missing"; exit 1; }; fi'
    const more = `checks:\n  build: { command: [sh, -c, ${JSON.stringify(build)}], inputs: ["src/**"] }\n`
    repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('checks:\n', more) })
    // In the sandbox only programs of the system are seen.
    if (flags.length > 0) repo.write({ 'pawl.yaml': `detect: false\n${more}${repo.read('pawl.yaml').slice(repo.read('pawl.yaml').indexOf('agents:'))}` })
    repo.commit('build')
    const ended = await runAgents(repo, 'p.md', '--mends', '0', ...flags)
    expect(endingsIn(ended)).toMatchObject({ 'work:p': flags.length > 0 ? expect.stringMatching(/failed|errored/) : 'failed', 'land:p': 'blocked' })
    expect(repo.git('show', 'pawl/integration:src/a.txt')).toBe('alpha\n')
  })

once('an agent that moves the landing branch stops the run, and the branch is set back', async () => {
  await using repo = await agentsRepo({
    'p.md': sh(
      'P',
      'echo BUG >> src/c.txt; git add -A; git update-ref refs/heads/pawl/integration $(git commit-tree -p HEAD -m evil $(git write-tree)); echo ok >> src/a.txt',
    ),
  })
  const ended = await runAgents(repo, 'p.md')
  expect(eventsIn(ended).find(({ outcome }) => outcome?.kind === 'errored')?.outcome?.failure?.type).toBe('checkout.breached')
  expect(repo.git('rev-parse', 'pawl/integration')).toBe(repo.git('rev-parse', 'trunk'))
})

once('what an agent makes of a conflict is looked at like any work', async () => {
  const again = 'printf "one\\ntwo\\n" > src/a.txt; mkdir -p .github/workflows; echo "on: push" > .github/workflows/x.yml'
  await using repo = await agentsRepo({ 'one.md': sh('One', 'echo one > src/a.txt'), 'two.md': sh('Two', 'echo two > src/a.txt', again) })
  const ended = await runAgents(repo, 'one.md', 'two.md')
  expect(endingsIn(ended)).toMatchObject({ 'land:one': 'passed', 'land:two': 'failed' })
  expect(factsOf(ended, 'work:two').find(({ kind }) => kind === 'held')?.['held']).toMatchObject({ files: ['.github/workflows/x.yml'] })
  expect(repo.git('ls-tree', '-r', '--name-only', 'pawl/integration')).not.toContain('workflows')
})

once('Ctrl-C while a red check of the gate rests before its next try lands nothing', async () => {
  await using repo = await agentsRepo({ 'left.md': sh('Left', 'echo LEFT >> src/a.txt'), 'right.md': sh('Right', 'echo RIGHT >> src/b.txt') })
  const seen = join(repo.root, '..', 'seen')
  const pair = repo.script('resting', `if grep -q LEFT src/a.txt && grep -q RIGHT src/b.txt; then touch ${seen}; exit 1; fi`)
  repo.write({
    'pawl.yaml': repo
      .read('pawl.yaml')
      .replace('checks:\n', `checks:\n  resting: { command: [${pair}], inputs: ["src/**"], retries: { times: 2, delay: 20s, on: [failed] } }\n`),
  })
  repo.commit('resting')
  const running = repo.start(['agents', 'run', '--json', 'left.md', 'right.md'])
  await running.shows('together"')
  while (!repo.exists('../seen')) await new Promise((resolve) => setTimeout(resolve, 50))
  running.process.kill('SIGINT')
  const ended = await running.ended
  expect(ended.code).toBe(130)
  expect(repo.git('rev-parse', 'pawl/integration')).toBe(repo.git('rev-parse', 'trunk'))
})
