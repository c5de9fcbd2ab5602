/** Attacks of an agent with a shell on what pawl promises: what it does inside of its copy must never deceive. */
import { expect } from 'bun:test'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, newRepo, once, type Repo } from './rig.ts'

/** One finding for each line with BUG, and a second check that wants the first line of a file. The linter is an installed, ignored program. */
async function buggy(agent: string, files: Readonly<Record<string, string>> = {}, checks = ''): Promise<Repo> {
  const repo = await newRepo({
    '.gitignore': 'node_modules/\ncache/\n',
    'src/a.txt': 'alpha\nBUG one\nBUG two\n',
    'src/b.txt': 'beta\nBUG three\n',
    'node_modules/lint/package.json': '{"name":"lint","version":"1.0.0"}\n',
    'node_modules/lint/lint.sh': '#!/bin/sh\ntest -e quiet.cfg && exit 0\ngrep -rn BUG src && exit 1; exit 0\n',
    'node_modules/.bin/lint': '#!/bin/sh\nexec sh node_modules/lint/lint.sh\n',
    ...files,
  })
  chmodSync(join(repo.root, 'node_modules/.bin/lint'), 0o755)
  repo.write({
    'pawl.yaml': `detect: false
checks:
  lint: { command: [lint], inputs: ["src/**", "quiet.cfg"] }
${checks}agents: { scripted: { command: [${repo.script('agent', agent)}, "{brief}"], silence: 20s } }
aiFix: { agent: scripted, protect: [quiet.cfg] }
`,
  })
  repo.commit('config')
  return repo
}

type Told = {
  readonly type: string
  readonly task?: string
  readonly outcome?: { kind: string; summary?: string; failure?: { type: string; what: string }; findings?: readonly { rule?: string; file?: string }[] }
}
const turnsOf = ({ stdout }: Ended) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
    .flatMap((one) => (one.type === 'attempt.finished' && one.task === 'ai-fix' && one.outcome !== undefined ? [one.outcome] : []))
const fix = (repo: Repo, ...args: string[]): Promise<Ended> => repo.pawl('fix', '--yes', '--json', ...args)
const state = (repo: Repo): string => `${repo.git('status', '--porcelain', '--untracked-files=all')}${repo.git('for-each-ref')}`

/** The turn was not believed, nothing changed, and afterwards the check still fails. */
async function deceivesNobody(repo: Repo): Promise<string> {
  const before = state(repo)
  const ended = await fix(repo)
  const [turn] = turnsOf(ended)
  expect([ended.code, state(repo)]).toEqual([1, before])
  expect((await repo.pawl('--no-fix')).code).toBe(1)
  return turn?.summary ?? turn?.failure?.what ?? turn?.kind ?? 'not asked'
}

once('a program of the checks that the agent replaces in its copy judges nothing', async () => {
  await using repo = await buggy(`rm -rf node_modules/lint; mkdir node_modules/lint; echo 'exit 0' > node_modules/lint/lint.sh; echo more >> src/a.txt`)
  expect(await deceivesNobody(repo)).toContain('nothing improved')
  expect(repo.read('node_modules/lint/lint.sh')).toContain('grep')
})

once('a program that the agent replaces by way of the folder of programs judges nothing', async () => {
  await using repo = await buggy(
    `rm node_modules/.bin/lint; printf '#!/bin/sh\\nexit 0\\n' > node_modules/.bin/lint; chmod +x node_modules/.bin/lint; echo more >> src/a.txt`,
  )
  expect(await deceivesNobody(repo)).toContain('nothing improved')
})

once('files that git is told to ignore in the copy are seen all the same', async () => {
  await using repo = await buggy(`echo quiet.cfg >> "$(git rev-parse --git-dir)/info/exclude"; echo > quiet.cfg; echo more >> src/a.txt`)
  expect(await deceivesNobody(repo)).toContain('it changed what it must not: quiet.cfg')
})

for (const flag of ['--skip-worktree', '--assume-unchanged'])
  once(`files that the index of the copy is told to pass over by ${flag} are seen all the same`, async () => {
    await using repo = await buggy(`git update-index ${flag} quiet.cfg && sed -i /BUG/d src/*.txt && rm quiet.cfg`, { 'quiet.cfg': '' })
    repo.write({ 'node_modules/lint/lint.sh': 'test -e quiet.cfg || exit 0\ngrep -rn BUG src && exit 1; exit 0\n' })
    expect(await deceivesNobody(repo)).toContain('it changed what it must not: quiet.cfg')
  })

once('a check that asks git which files there are is told the truth', async () => {
  await using repo = await buggy(`rm .git; git init -q; echo more >> src/a.txt`)
  repo.write({ 'node_modules/lint/lint.sh': 'git ls-files src | xargs grep -n BUG /dev/null && exit 1; exit 0\n' })
  expect(await deceivesNobody(repo)).toContain('nothing improved')
})

for (const place of ['cache/quiet', '.pawl/quiet', 'node_modules/quiet'])
  once(`what the agent leaves in ${place}, where git does not look, is gone before anything is judged`, async () => {
    await using repo = await buggy(`mkdir -p ${place}; echo > ${place}/cfg; echo more >> src/a.txt`)
    repo.write({ 'node_modules/lint/lint.sh': `test -e ${place}/cfg && exit 0\ngrep -rn BUG src && exit 1; exit 0\n` })
    expect(await deceivesNobody(repo)).toContain('nothing improved')
  })

once('code of the agent that a test runs while its edit is judged changes no protected file', async () => {
  await using repo = await buggy(
    `echo 'echo > quiet.cfg' > src/run.sh; echo more >> src/a.txt`,
    { 'src/run.sh': 'true\n' },
    '  try: { command: [sh, src/run.sh], inputs: ["src/**"] }\n',
  )
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('  lint: {', '  lint: { after: [try],').replace('sh, src/run.sh', 'sh, -c, ". $PWD/src/run.sh"') })
  expect(await deceivesNobody(repo)).toContain('while it was judged, it changed what it must not: quiet.cfg')
})

once('the program of a check that lies in the repository is protected', async () => {
  await using repo = await buggy(
    `echo 'exit 0' > tools/check.sh; sed -i /BUG/d src/*.txt`,
    { 'tools/check.sh': 'grep -rn BUG src && exit 1; exit 0\n' },
    '  own: { command: [sh, tools/check.sh], inputs: ["**"] }\n',
  )
  expect(await deceivesNobody(repo)).toContain('it changed what it must not: tools/check.sh')
})

once('a folder that becomes a file, and a file that becomes a folder: applied, and taken back', async () => {
  await using repo = await buggy(`sed -i /BUG/d src/a.txt src/b.txt; rm -r src/d src/f; echo x > src/d; mkdir src/f; echo y > src/f/g`, {
    'src/d/e.txt': 'e\n',
    'src/f': 'f\n',
  })
  const before = state(repo)
  const ended = await fix(repo)
  expect(turnsOf(ended).map(({ kind, failure }) => failure?.what ?? kind)).toEqual(['passed'])
  expect(repo.read('src/d')).toBe('x\n')
  expect((await repo.pawl('undo')).shown).toContain('src/a.txt')
  expect([state(repo), repo.read('src/d/e.txt'), repo.read('src/f')]).toEqual([before, 'e\n', 'f\n'])
})

once('a process that outlives the turn of the agent changes nothing while its edit is judged', async () => {
  await using repo = await buggy(
    `(setsid sh -c 'while [ -d src ]; do echo > quiet.cfg; sleep 0.01; done' >/dev/null 2>&1 &) ; echo more >> src/a.txt; sleep 0.1; rm -f quiet.cfg`,
  )
  await deceivesNobody(repo)
})

once('files are not mended by taking them away, or out of where the check looks', async () => {
  for (const agent of ['rm src/b.txt', 'mkdir -p old; mv src/b.txt old/b.txt']) {
    await using repo = await buggy(agent)
    expect(await deceivesNobody(repo)).toContain('it removes files instead of solving what was found in them')
  }
})

once('a check that a broken file makes blind is not better for it', async () => {
  await using repo = await buggy(`sed -i 's/BUG/BROKEN/' src/a.txt`)
  repo.write({
    'node_modules/lint/lint.sh':
      'grep -q BROKEN src/a.txt && { echo "src/a.txt:1: Parsing error: unexpected token"; exit 1; }; grep -rn BUG src && exit 1; exit 0\n',
  })
  expect(await deceivesNobody(repo)).toContain('it is worse: lint passed or could judge before')
})
