/** Mending by an agent: in a copy, judged there, applied only when strictly better; every way in which it must stop. */
import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Ended, type Repo } from './rig.ts'

/** One finding for each line with BUG, and a second check that wants each file to keep its first line. */
async function buggy(agent: string, more = ''): Promise<Repo> {
  const repo = await newRepo({
    'src/a.txt': 'alpha\nBUG one\nBUG two\n',
    'src/b.txt': 'beta\nBUG three\n',
    'src/c.test.txt': 'gamma\n',
  })
  const lint = repo.script('lint', 'grep -rn BUG src && exit 1; exit 0')
  const heads = repo.script(
    'heads',
    'for f in a:alpha b:beta; do grep -q "^${f#*:}$" src/${f%:*}.txt || { echo "src/${f%:*}.txt:1: head is gone"; exit 1; }; done',
  )
  repo.write({
    'pawl.yaml': `detect: false
checks:
  lint: { command: [${lint}], inputs: ["src/**"] }
  heads: { command: [${heads}], inputs: ["src/**"] }
agents: { scripted: { command: [${repo.script('agent', agent)}, "{brief}"], silence: 3s } }
aiFix: { agent: scripted }
${more}`,
  })
  repo.commit('config')
  return repo
}

type Told = {
  readonly type: string
  readonly task?: string
  readonly text?: string
  readonly outcome?: { kind: string; summary?: string; failure?: { type: string } }
}

const eventsOf = (ended: Ended): readonly Told[] =>
  ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
const turnsOf = (ended: Ended) =>
  eventsOf(ended).flatMap((one) => (one.type === 'attempt.finished' && one.task === 'ai-fix' && one.outcome !== undefined ? [one.outcome] : []))
const fix = (repo: Repo, ...args: string[]): Promise<Ended> => repo.pawl('fix', '--yes', '--json', ...args)
/** What has ended and waits to be noticed by its parent is not alive. */
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
const state = (repo: Repo): string => `${repo.git('status', '--porcelain', '--untracked-files=all')}${repo.git('for-each-ref')}${repo.git('rev-parse', 'HEAD')}`

once('an agent that solves everything: applied, green, and taken back by undo', async () => {
  await using repo = await buggy(`sed -i /BUG/d src/*.txt`)
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.kind)).toEqual(['passed'])
  expect(ended.code).toBe(0)
  expect(repo.read('src/a.txt')).toBe('alpha\n')
  expect((await repo.pawl('undo')).code).toBe(0)
  expect(repo.read('src/a.txt')).toBe('alpha\nBUG one\nBUG two\n')
  expect(repo.git('status', '--porcelain')).toBe('')
})

once('an agent that solves one finding a turn is asked until nothing is left', async () => {
  await using repo = await buggy(`f=$(grep -rl BUG src | sort | head -1); sed -i '0,/BUG/{/BUG/d}' "$f"`)
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.kind)).toEqual(['passed', 'passed', 'passed'])
  expect(ended.code).toBe(0)
  expect((await repo.pawl('undo')).code).toBe(0)
  expect(repo.git('status', '--porcelain')).toBe('')
})

once('turns are counted: what is left after the last one is told, and what is better stays', async () => {
  await using repo = await buggy(`f=$(grep -rl BUG src | sort | head -1); sed -i '0,/BUG/{/BUG/d}' "$f"`)
  const ended = await fix(repo, '--iterations', '2')
  expect(turnsOf(ended).map((turn) => turn.kind)).toEqual(['passed', 'passed'])
  expect(ended.code).toBe(1)
  expect(repo.read('src/b.txt')).toContain('BUG three')
  expect(repo.read('src/a.txt')).toBe('alpha\n')
})

once('an agent that breaks what passed: nothing is applied, its edit is kept beside, and it is not asked again', async () => {
  await using repo = await buggy(`printf 'all gone\\n' > src/a.txt; sed -i /BUG/d src/b.txt`)
  const before = state(repo)
  const ended = await fix(repo)
  const [turn, ...more] = turnsOf(ended)
  expect(more).toEqual([])
  expect(turn?.kind).toBe('failed')
  expect(turn?.summary).toContain('it is worse: heads passed or could judge before')
  expect(ended.code).toBe(1)
  expect(state(repo)).toBe(before)
  const [, path = ''] = /kept in (\S+)/.exec(turn?.summary ?? '') ?? []
  expect(readFileSync(join(repo.root, path), 'utf8')).toContain('+all gone')
})

once('an agent that adds findings: nothing is applied', async () => {
  await using repo = await buggy(`echo BUG four >> src/a.txt; sed -i /three/d src/b.txt; echo BUG five >> src/b.txt`)
  const before = state(repo)
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.summary)[0]).toContain('it is worse: 3 → 4 findings')
  expect(state(repo)).toBe(before)
})

once('an agent that only moves things: nothing improved, nothing is applied', async () => {
  await using repo = await buggy(`echo more >> src/a.txt`)
  const before = state(repo)
  expect(turnsOf(await fix(repo)).map((turn) => turn.summary)[0]).toContain('nothing improved: still 3 findings')
  expect(state(repo)).toBe(before)
})

once('an agent that says that it is done and did nothing is asked once, and not believed', async () => {
  await using repo = await buggy(`echo All findings are solved.`)
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.summary)).toEqual(['it changed nothing; it says: All findings are solved.'])
  expect(ended.code).toBe(1)
})

once('an agent that goes back to what was there before is stopped', async () => {
  await using repo = await buggy(`if grep -q two src/a.txt; then sed -i /two/d src/a.txt; else echo BUG two >> src/a.txt; fi`)
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.kind)).toEqual(['passed', 'failed'])
  expect(turnsOf(ended)[1]?.summary).toContain('it leads back to what was there before')
  expect(repo.read('src/a.txt')).toBe('alpha\nBUG one\n')
})

once('what decides about the checks, and the tests, must not be changed; --allow allows it', async () => {
  await using repo = await buggy(`sed -i /BUG/d src/*.txt; echo more >> src/c.test.js; echo >> pawl.yaml`)
  const before = state(repo)
  const ended = await fix(repo)
  expect(turnsOf(ended)[0]?.summary).toContain('it changed what it must not: pawl.yaml, src/c.test.js')
  expect(state(repo)).toBe(before)
  const half = await fix(repo, '--allow', 'tests')
  expect(turnsOf(half)[0]?.summary).toContain('it changed what it must not: pawl.yaml;')
  const allowed = await fix(repo, '--allow', 'tests,pawl.yaml')
  expect(turnsOf(allowed)[0]?.kind).toBe('passed')
  expect(repo.read('src/c.test.js')).toBe('more\n')
})

once('findings that are silenced instead of solved are findings themselves', async () => {
  await using repo = await buggy(`sed -i 's/BUG.*/# noqa/' src/*.txt`)
  const before = state(repo)
  const [turn] = turnsOf(await fix(repo)) as readonly { summary?: string; findings?: readonly { rule?: string; file?: string }[] }[]
  expect(turn?.summary).toContain('it silences findings instead of solving them')
  expect(turn?.findings?.map(({ rule }) => rule)).toEqual(['silenced/noqa'])
  expect(state(repo)).toBe(before)
})

test('an agent that hangs is ended with all that it started; nothing is applied', async () => {
  await using repo = await buggy(`sed -i /BUG/d src/*.txt; setsid sleep 301 & echo $! > pid.txt; sleep 300`)
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('silence: 3s', 'silence: 1s') })
  repo.commit('silence')
  const before = state(repo)
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.kind)).toEqual(['timed-out'])
  expect(state(repo)).toBe(before)
  const [path = ''] = eventsOf(ended).flatMap(({ text }) => /what it had edited until then is kept in (\S+)/.exec(text ?? '')?.[1] ?? [])
  const pid = Number(/^\+(\d+)$/m.exec(readFileSync(join(repo.root, path), 'utf8'))?.[1])
  expect(isAlive(pid)).toBe(false)
  expect(repo.exists('.pawl/fixing/main')).toBe(false)
})

once('an agent that dies in the middle of its work: nothing is applied', async () => {
  await using repo = await buggy(`sed -i /BUG/d src/a.txt; kill -9 $$`)
  const before = state(repo)
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.failure?.type)).toEqual(['agent.crashed'])
  expect(ended.code).toBe(1)
  expect(state(repo)).toBe(before)
})

once('an edit that a person makes meanwhile is never lost: nothing of the agent is applied over it', async () => {
  const repo = await buggy(`sed -i /BUG/d src/*.txt; echo mine >> "$PWD/../../../../src/a.txt"`)
  await using _ = repo
  const ended = await fix(repo)
  expect(turnsOf(ended).map((turn) => turn.failure?.type)).toEqual(['agent.edited'])
  expect(repo.read('src/a.txt')).toBe('alpha\nBUG one\nBUG two\nmine\n')
  expect(repo.read('src/b.txt')).toBe('beta\nBUG three\n')
})

once('what a person edits elsewhere meanwhile stays, and is not taken back by undo', async () => {
  const repo = await buggy(`sed -i /BUG/d src/*.txt; echo mine > "$PWD/../../../../notes.md"`)
  await using _ = repo
  expect((await fix(repo)).code).toBe(0)
  expect((await repo.pawl('undo')).code).toBe(0)
  expect(repo.read('notes.md')).toBe('mine\n')
  expect(repo.read('src/a.txt')).toBe('alpha\nBUG one\nBUG two\n')
})

once('uncommitted and untracked work is part of what the agent sees, and stays as it is', async () => {
  await using repo = await buggy(`cat src/new.txt src/b.txt > seen.txt; sed -i /BUG/d src/*.txt`)
  repo.write({ 'src/new.txt': 'BUG in a new file\n', 'src/b.txt': 'beta\nBUG three\nunsaved work\n' })
  const ended = await fix(repo)
  expect(ended.code).toBe(0)
  expect(repo.read('seen.txt')).toBe('BUG in a new file\nbeta\nBUG three\nunsaved work\n')
  expect(repo.read('src/b.txt')).toBe('beta\nunsaved work\n')
  expect((await repo.pawl('undo')).code).toBe(0)
  expect(repo.read('src/new.txt')).toBe('BUG in a new file\n')
  expect(repo.exists('seen.txt')).toBe(false)
})

once('the agent works in a repository of its own: its commits, branches and settings do not reach the user, and secrets do not reach it', async () => {
  await using repo = await buggy(
    `git branch stolen; git -c user.name=a -c user.email=b commit -qam done; git config core.pager evil; ls -a > names.txt; env > environment.txt; sed -i /BUG/d src/*.txt`,
  )
  repo.write({ '.gitignore': '.env\n', '.env': 'KEY=hunter2hunter2\n' })
  repo.commit('ignore')
  const refs = repo.git('for-each-ref')
  const config = repo.read('.git/config')
  const ended = await repo.start(['fix', '--yes', '--json'], { env: { MY_TOKEN: 'hunter3hunter3', UNRELATED: 'nobody asked' } }).ended
  expect(ended.code).toBe(0)
  expect(repo.git('for-each-ref')).toBe(refs)
  expect(repo.read('.git/config')).toBe(config)
  expect(repo.read('names.txt').split('\n')).not.toContain('.env')
  expect(repo.read('environment.txt')).not.toMatch(/hunter3|nobody asked/)
  expect(repo.git('log', '--oneline').split('\n').length).toBe(4)
})

once('a budget that is used up, or of which the agent does not tell, ends the asking', async () => {
  await using repo = await buggy(`f=$(grep -rl BUG src | sort | head -1); sed -i '0,/BUG/{/BUG/d}' "$f"`)
  const ended = await fix(repo, '--max-cost', '1')
  expect(turnsOf(ended).map((turn) => turn.kind)).toEqual(['passed', 'failed'])
  expect(turnsOf(ended)[1]?.summary).toBe('scripted was not asked again: the agent does not say how much it used of its budget of money')
  expect(ended.code).toBe(1)
})

once('without a terminal and without --yes nothing is started', async () => {
  await using repo = await buggy(`sed -i /BUG/d src/*.txt`)
  const ended = await repo.pawl('fix')
  expect(ended.code).toBe(2)
  expect(ended.shown).toContain('nobody can be asked whether an edit may be applied')
  expect(ended.shown).toContain('--yes')
})

once('an unknown agent, a missing program, and contradictions are told before anything starts', async () => {
  await using repo = await buggy('exit 0')
  const unknown = await repo.pawl('fix', '--yes', '--agent', 'scriptd')
  expect([unknown.code, unknown.shown]).toEqual([2, expect.stringContaining("Did you mean 'scripted'?")])
  const missing = await repo.pawl('fix', '--yes', '--agent', 'claude')
  expect([missing.code, missing.shown]).toEqual([2, expect.stringContaining('the agent claude is not installed')])
  const contradiction = await repo.pawl('--ai-fix', '--no-fix', '--yes')
  expect([contradiction.code, contradiction.shown]).toEqual([2, expect.stringContaining('forbid what --ai-fix asks for')])
  expect((await repo.pawl('--yes')).shown).toContain('--yes says yes to nothing without --ai-fix')
  expect((await repo.pawl('fix', '--yes', '--max-cost', 'two')).shown).toContain('needs a number of US dollars')
})

once('what checks write into the copy is not taken for the work of the agent', async () => {
  await using repo = await buggy(`sed -i /BUG/d src/*.txt`)
  const noisy = repo.script('noisy', 'date +%N > report.txt; date +%N >> src/b.txt; exit 0')
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('checks:\n', `checks:\n  noisy: { command: [${noisy}], inputs: unknown, after: [lint] }\n`) })
  repo.write({ 'src/b.txt': 'beta\n' })
  const ended = await fix(repo)
  expect(ended.stdout).toContain('applied its edit of 1 file')
})

once('the plain words tell what is going on, what it cost in edits, and what is left', async () => {
  await using repo = await buggy(`echo looking at src/a.txt; sed -i /two/d src/a.txt`)
  const ended = await repo.pawl('--ai-fix=scripted', '--yes')
  expect(ended.code).toBe(1)
  expect(ended.stdout).toContain('turn 1 of scripted: 3 findings of lint')
  expect(ended.stdout).toContain('scripted: looking at src/a.txt')
  expect(ended.stdout).toContain('applied its edit of 1 file: 3 → 2 findings; 2 findings left')
  expect(ended.stdout).toContain('tried: ✗ ai-fix  it changed nothing')
  expect(ended.stdout).toContain('mended 1 file: src/a.txt (pawl undo takes it back)')
})

once('the fix of a tool goes first, and tidies what the agent wrote; the agent is told only of the rest', async () => {
  await using repo = await buggy(`cp "$1" brief.txt; sed -i '/BUG/d' src/*.txt; printf 'untidy \\n' >> src/b.txt`)
  const tidy = repo.script('tidy', `grep -rn ' $' src && exit 1; exit 0`)
  const trim = repo.script('trim', `sed -i 's/ *$//' src/*.txt`)
  repo.write({ 'src/b.txt': 'beta \nBUG three\n' })
  repo.write({
    'pawl.yaml': repo
      .read('pawl.yaml')
      .replace('checks:\n', `checks:\n  tidy: { command: [${tidy}], inputs: ["src/**"], fix: { command: [${trim}] } }\n`)
      .replace('heads:', 'heads2:'),
  })
  const ended = await fix(repo)
  expect(ended.code).toBe(0)
  expect(repo.read('src/b.txt')).toBe('beta\nuntidy\n')
  expect(repo.read('brief.txt')).toContain('lint')
  expect(repo.read('brief.txt')).not.toContain('"tidy"')
})

once('killed while the agent works: the agent ends with pawl, nothing is applied, and the next run clears its copy away', async () => {
  await using repo = await buggy('exec "$HELD"')
  const agent = await repo.tool('agent')
  repo.write({
    'pawl.yaml': repo
      .read('pawl.yaml')
      .replace(/command: \[[^\]]*"\{brief\}"\]/, `command: [${agent.path}]`)
      .replace('silence: 3s', 'silence: 60s'),
  })
  const before = state(repo)
  const running = repo.start(['fix', '--yes', '--json'])
  const call = await agent.started()
  expect(repo.exists('.pawl/fixing/main/tree/src/a.txt')).toBe(true)
  running.process.kill('SIGKILL')
  await running.ended
  await call.gone
  expect(state(repo)).toBe(before)
  const next = await repo.pawl()
  expect(next.shown).toContain('was cut off while ai-fix ran')
  expect(repo.exists('.pawl/fixing')).toBe(false)
})
