/** `pawl init --workflow`, `--vscode` and `--alias`: what is written, shown, kept and taken out again; and whether editors and shells understand it. */
import { expect } from 'bun:test'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }
import { environment, newRepo, once, type Ended, type Repo } from './rig.ts'

const config = 'detect: false\nchecks:\n  lint: { command: [sh, -c, "! grep -nH bad src/*.ts"], inputs: ["src/**"], parser: gnu }\n'
const small = { 'src/a.ts': 'good\n', 'pawl.yaml': config }
const workflow = '.github/workflows/pawl.yml'
const tasks = '.vscode/tasks.json'
const fetched = `npx --yes pawl@${manifest.version}`

type Step = { readonly uses?: string; readonly run?: string }
const steps = (repo: Repo): readonly Step[] => (parse(repo.read(workflow)) as { jobs: { pawl: { steps: Step[] } } }).jobs.pawl.steps
const json = ({ stdout }: Ended): Readonly<Record<string, unknown>> => JSON.parse(stdout) as Readonly<Record<string, unknown>>

once('a workflow is shown, written once, kept, and removed; git sees nothing else', async () => {
  await using repo = await newRepo(small)
  const dry = await repo.pawl('init', '--workflow', '--dry-run')
  expect([dry.code, dry.shown]).toEqual([0, expect.stringContaining(`(dry run: ${workflow} was not written)`)])
  expect(repo.git('status', '--porcelain')).toBe('')
  expect((await repo.pawl('init', '--workflow')).stdout).toBe(`Wrote ${workflow}\n`)
  const text = repo.read(workflow)
  expect(dry.stdout).toContain(text.trimEnd())
  expect(repo.git('status', '--porcelain', '--untracked-files=all')).toBe(`?? ${workflow}\n`)
  expect(steps(repo)).toEqual([expect.objectContaining({ uses: 'actions/checkout@v5' }), { run: fetched }])
  expect((await repo.pawl('init', '--workflow')).stdout).toBe(`${workflow} already holds exactly this; nothing was changed.\n`)
  expect(json(await repo.pawl('init', '--workflow', '--json'))).toEqual({
    v: 1,
    kind: 'workflow',
    dryRun: false,
    files: [{ path: workflow, does: 'keep', text }],
  })
  expect((await repo.pawl('init', '--workflow', '--remove')).stdout).toBe(`Removed ${workflow}\n`)
  expect((await repo.pawl('init', '--workflow', '--remove')).stdout).toContain('There is nothing of pawl')
  expect(repo.git('status', '--porcelain')).toBe('')
})

once('a workflow that is not exactly that is never touched, nor is anything behind a link', async () => {
  await using repo = await newRepo({ ...small, [workflow]: 'name: mine\n' })
  for (const more of [[], ['--remove'], ['--dry-run']]) {
    const refused = await repo.pawl('init', '--workflow', ...more)
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`pawl: ${workflow}  this workflow is not what pawl would write`)])
  }
  expect(json(await repo.pawl('init', '--workflow', '--json'))).toMatchObject({ failures: [{ type: 'init.foreign', place: { file: workflow } }] })
  expect(repo.read(workflow)).toBe('name: mine\n')
  repo.remove('.github')
  mkdirSync(join(repo.root, '../elsewhere/workflows'), { recursive: true })
  symlinkSync('../elsewhere', join(repo.root, '.github'))
  const linked = await repo.pawl('init', '--workflow')
  expect([linked.code, linked.stderr]).toEqual([2, expect.stringContaining('why: .github is a link')])
  expect(repo.exists('.github/workflows/pawl.yml')).toBe(false)
})

once('the workflow follows the repository: its default branch, its Node, its package manager; packages only where pawl would not install them', async () => {
  const manifest = (more: object): string => JSON.stringify({ name: 'x', private: true, devDependencies: { ms: '2.1.3' }, ...more })
  await using repo = await newRepo({ 'package.json': manifest({}), 'package-lock.json': '{ "lockfileVersion": 3 }', '.nvmrc': '22\n' })
  repo.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD')
  repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')
  const runs = async (): Promise<readonly (string | undefined)[]> => {
    expect((await repo.pawl('init', '--workflow')).shown).toContain('Wrote')
    const all = steps(repo).map(({ run, uses }) => run ?? uses)
    expect(repo.read(workflow)).toContain('branches: [trunk]')
    repo.remove('.github')
    return all.slice(1)
  }
  // The safe fix of npm:installed is allowed in CI.
  expect(await runs()).toEqual(['actions/setup-node@v5', fetched])
  repo.write({ 'pawl.yaml': 'fix: false\n' })
  expect(await runs()).toEqual(['actions/setup-node@v5', 'npm ci --no-audit --no-fund', fetched])
  repo.write({ 'pawl.yaml': 'checks:\n  npm:installed: false\n' })
  expect(await runs()).toEqual(['actions/setup-node@v5', 'npm ci --no-audit --no-fund', fetched])
  repo.remove('pawl.yaml')
  repo.write({ 'package.json': manifest({ devDependencies: { pawl: '0.1.0' } }) })
  expect(await runs()).toEqual(['actions/setup-node@v5', 'npm ci --no-audit --no-fund', 'npx --no -- pawl'])
})

once('outside of git there is no workflow, and what pawl cannot plan is told', async () => {
  await using folder = await newRepo(small, { git: false })
  expect((await folder.pawl('init', '--workflow')).stderr).toContain('a GitHub workflow needs a git repository')
  await using broken = await newRepo({ 'pawl.yaml': 'chekcs: {}\n' })
  const told = await broken.pawl('init', '--workflow')
  expect([told.code, told.stderr]).toEqual([2, expect.stringMatching(/pawl\.yaml:1:1[\s\S]*kept: nothing was written/)])
  expect(broken.git('status', '--porcelain')).toBe('')
})

/** The parts of the problems that VS Code would list, by the patterns in the file that was written. */
type Pattern = Readonly<Record<string, string | number>> & { readonly regexp: string }
type Matcher = { readonly pattern: Pattern; readonly background?: { readonly beginsPattern: string; readonly endsPattern: string } }
type Task = { readonly label: string; readonly command: string; readonly args: readonly string[]; readonly problemMatcher: readonly Matcher[] }

const taskNamed = (repo: Repo, label: string): Task => {
  const task = (JSON.parse(repo.read(tasks)) as { tasks: Task[] }).tasks.find((each) => each.label === label)
  if (task === undefined) throw new Error(`there is no task ${label}`)
  return task
}

function problems(task: Task, lines: readonly string[]): (readonly (string | undefined)[])[] {
  return lines.flatMap((line) => {
    for (const { pattern } of task.problemMatcher) {
      const groups = new RegExp(pattern.regexp).exec(line)
      if (groups !== null) return [['file', 'line', 'column', 'code', 'message', 'severity'].map((name) => groups[Number(pattern[name] ?? -1)])]
    }
    return []
  })
}

once('the problem matchers find what a run really prints', async () => {
  await using repo = await newRepo({ ...small, 'src/b.ts': 'x\nbad one\n', 'src/a.ts': 'bad\n' })
  const warn = repo.script('warn', "echo 'src/a.ts:2:7: warning: old [no-old]'; exit 1")
  const format = repo.script('format', 'echo src/a.ts; exit 1')
  repo.write({
    'pawl.yaml': `${config}  warn: { command: [${warn}], parser: gnu }\n  format: { command: [${format}], parser: file-list }\n`,
  })
  expect((await repo.pawl('init', '--vscode')).stdout).toBe(`Wrote ${tasks}\n`)
  const task = taskNamed(repo, 'pawl: fix off')
  expect([task.command, ...task.args]).toEqual(['env', 'TERM=dumb', 'pawl', '--no-fix'])
  const ended = await repo.pawl('--no-fix')
  expect(ended.code).toBe(1)
  expect(problems(task, ended.stdout.split('\n')).toSorted((a, b) => (a.join() < b.join() ? -1 : 1))).toEqual([
    ['src/a.ts', undefined, undefined, 'format', 'not formatted', undefined],
    ['src/a.ts', '1', undefined, undefined, 'bad', undefined],
    ['src/a.ts', '2', '7', 'no-old', 'old', 'warning'],
    ['src/b.ts', '2', undefined, undefined, 'bad one', undefined],
  ])
  repo.write({ 'pawl.yaml': 'checks:\n  lint: { comand: x }\n' })
  expect(problems(task, (await repo.pawl('--no-fix')).stderr.split('\n'))[0]?.slice(0, 3)).toEqual(['pawl.yaml', '2', '11'])
})

once('the background matcher follows what a watch really prints', async () => {
  await using repo = await newRepo(small)
  await repo.pawl('init', '--vscode')
  const task = taskNamed(repo, 'pawl: watch')
  expect([task.command, ...task.args]).toEqual(['env', 'TERM=dumb', 'pawl', 'watch'])
  const { beginsPattern = '', endsPattern = '' } = task.problemMatcher[0]?.background ?? {}
  const watch = repo.start(['watch'])
  const told: string[] = []
  let rest = ''
  let waits: (() => void) | undefined
  watch.process.stdout?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (new RegExp(beginsPattern).test(line)) told.push('begins')
      else if (new RegExp(endsPattern).test(line)) {
        told.push('ends')
        waits?.()
      } else told.push(...problems(task, [line]).map(([file, at, , , message]) => `${file}:${at} ${message}`))
    }
  })
  const turn = (): Promise<void> => new Promise((resolve) => (waits = resolve))
  await turn()
  for (const text of ['bad\n', 'good\n']) {
    const ends = turn()
    repo.write({ 'src/a.ts': text })
    await ends
  }
  watch.process.kill('SIGINT')
  expect((await watch.ended).code).toBe(0)
  // The first run begins with the task itself.
  expect(told).toEqual(['ends', 'begins', 'src/a.ts:1 bad', 'ends', 'begins', 'ends'])
})

once('tasks go into the file of the user beside what is there; a second time changes nothing; they come out again', async () => {
  const mine =
    '{\n    // ours\n    "version": "2.0.0",\n    "tasks": [\n        { "label": "make", "group": { "kind": "build", "isDefault": true } }, // all\n    ]\n}\n'
  await using repo = await newRepo({ ...small, [tasks]: mine })
  chmodSync(join(repo.root, tasks), 0o664)
  const dry = await repo.pawl('init', '--vscode', '--dry-run')
  expect([dry.stdout, repo.read(tasks)]).toEqual([expect.stringContaining(`(dry run: ${tasks} was not written)`), mine])
  expect((await repo.pawl('init', '--vscode')).stdout).toBe(`Wrote into ${tasks}\n`)
  const text = repo.read(tasks)
  expect(text.startsWith(`${mine.slice(0, mine.indexOf('\n    ]'))}\n        {\n            "label": "pawl",`)).toBe(true)
  expect(text).not.toContain('"group": {\n')
  expect(statSync(join(repo.root, tasks)).mode & 0o777).toBe(0o664)
  expect((await repo.pawl('init', '--vscode')).stdout).toBe(`${tasks} already holds exactly this; nothing was changed.\n`)
  repo.write({ [tasks]: text.replace('"label": "pawl",', '"label": "pawl", "hide": true,') })
  expect((await repo.pawl('init', '--vscode')).stdout).toBe(`Changed what pawl has in ${tasks}\n`)
  expect(repo.read(tasks)).toBe(text)
  expect((await repo.pawl('init', '--vscode', '--remove')).stdout).toBe(`Took out of ${tasks} what pawl wrote there\n`)
  expect(repo.read(tasks)).toBe(mine)
  expect((await repo.pawl('init', '--vscode', '--remove', '--json')).stdout).toContain('"does": "nothing"')
})

once('a tasks.json that cannot be read is told with its line and stays as it is', async () => {
  const broken = '{\n  "tasks": [\n    { "label": "a" "b" }\n  ]\n}\n'
  await using repo = await newRepo({ ...small, [tasks]: broken })
  for (const more of [[], ['--remove']]) {
    const told = await repo.pawl('init', '--vscode', ...more)
    expect([told.code, told.stderr]).toEqual([
      2,
      expect.stringMatching(/^pawl: \.vscode\/tasks\.json:3:20 {2}.*\n {2}why: comma expected\n {2}kept: it was not changed\n {2}try: /),
    ])
  }
  expect(repo.read(tasks)).toBe(broken)
  // A mark of the encoding stays; what is no UTF-8 is not touched.
  repo.write({ [tasks]: '\ufeff{ "tasks": [] }' })
  expect((await repo.pawl('init', '--vscode')).code).toBe(0)
  expect([...readFileSync(join(repo.root, tasks)).subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x7b])
  writeFileSync(join(repo.root, tasks), new Uint8Array([0x7b, 0xff, 0x7d]))
  expect((await repo.pawl('init', '--vscode')).stderr).toContain(`why: ${tasks} is not UTF-8 text`)
})

/** A person who logs in with this shell. */
const at = (repo: Repo, shell: string, ...args: string[]): Promise<Ended> => repo.start(args, { env: { SHELL: shell } }).ended

once('an alias is shown, written between marks, works in a new shell, is replaced, and comes out again', async () => {
  await using repo = await newRepo(small)
  const home = dirname(repo.root)
  const profile = join(home, 'dotfiles/bashrc')
  mkdirSync(dirname(profile))
  writeFileSync(profile, 'export MINE=1\n', { mode: 0o644 })
  symlinkSync('dotfiles/bashrc', join(home, '.bashrc'))
  const dry = await at(repo, '/bin/bash', 'init', '--alias', '--dry-run')
  expect([dry.stdout, readFileSync(profile, 'utf8')]).toEqual([expect.stringMatching(/^# >>> pawl alias: .*\nalias pw=/), 'export MINE=1\n'])
  expect((await at(repo, '/bin/bash', 'init', '--alias')).shown).toBe(`Wrote into <base>/.bashrc\nNew shells know it; this one after: source <base>/.bashrc\n`)
  expect(lstatSync(join(home, '.bashrc')).isSymbolicLink()).toBe(true)
  expect([readFileSync(profile, 'utf8').split('\n')[0], statSync(profile).mode & 0o777]).toEqual(['export MINE=1', 0o644])
  const shell = spawnSync('bash', ['--norc', '-c', `shopt -s expand_aliases; . ~/.bashrc\npw --version`], { env: environment(home), encoding: 'utf8' })
  expect(shell.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect((await at(repo, '/bin/bash', 'init', '--alias')).stdout).toContain('already holds exactly this; nothing was changed.')
  expect((await at(repo, '/bin/bash', 'init', '--alias=guard')).shown).toContain('Changed what pawl has in <base>/.bashrc')
  expect(readFileSync(profile, 'utf8').match(/^alias .*?=/gm)).toEqual(['alias guard='])
  expect(json(await at(repo, '/bin/bash', 'init', '--alias', '--remove', '--dry-run', '--json'))).toMatchObject({ dryRun: true, files: [{ does: 'remove' }] })
  expect((await at(repo, '/bin/zsh', 'init', '--alias', '--remove')).shown).toBe('Took out of <base>/.bashrc what pawl wrote there\n')
  expect(readFileSync(profile, 'utf8')).toBe('export MINE=1\n')
  expect((await at(repo, '/bin/zsh', 'init', '--alias', '--remove')).shown).toBe('There is nothing of pawl in <base>/.zshrc; nothing was changed.\n')
})

once('zsh and fish have profiles of their own; where pawl is on PATH the alias only names it', async () => {
  await using repo = await newRepo(small)
  const home = dirname(repo.root)
  const folder = dirname(repo.script('pawl', 'echo found'))
  const env = { PATH: `${folder}:${process.env['PATH']}` }
  await repo.start(['init', '--alias'], { env: { ...env, SHELL: '/bin/zsh' } }).ended
  expect(readFileSync(join(home, '.zshrc'), 'utf8').split('\n')[1]).toBe('alias pw=pawl')
  await repo.start(['init', '--alias=p1'], { env: { ...env, SHELL: '/usr/bin/fish' } }).ended
  expect(readFileSync(join(home, '.config/fish/config.fish'), 'utf8').split('\n')[1]).toBe("alias p1 'pawl'")
})

once('a name that means something already, or is no plain word, is refused; so is a shell that pawl does not know', async () => {
  await using repo = await newRepo(small)
  const profile = join(dirname(repo.root), '.bashrc')
  writeFileSync(profile, 'x=1\nalias mine="git status"\nother() { true; }\n')
  for (const [name, why] of [
    ['git', 'it is a command already: /'],
    ['cd', 'it is a word of the shell itself'],
    ['pawl', 'the name of pawl already'],
    ['a b', 'one plain word'],
    ['-x', 'one plain word'],
    ['a;rm', 'one plain word'],
    ['mine', '.bashrc:2  mine is defined there already'],
    ['other', '.bashrc:3  other is defined there already'],
  ] as const) {
    const refused = await at(repo, '/bin/bash', 'init', `--alias=${name}`)
    expect([name, refused.code, refused.stderr]).toEqual([name, 2, expect.stringContaining(why)])
  }
  const unknown = await at(repo, '/bin/tcsh', 'init', '--alias')
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("SHELL is '/bin/tcsh'; pawl knows bash, zsh and fish")])
  expect(readFileSync(profile, 'utf8')).toBe('x=1\nalias mine="git status"\nother() { true; }\n')
  execFileSync('sh', ['-c', 'sed -i "1i # >>> pawl alias: written by pawl init --alias; pawl init --alias --remove takes it out again >>>" "$0"', profile])
  const latin = new Uint8Array([0x23, 0x20, 0xe4, 0x0a])
  writeFileSync(join(dirname(repo.root), '.zshrc'), latin)
  const odd = await at(repo, '/bin/zsh', 'init', '--alias')
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('.zshrc  the profile is not UTF-8 text')])
  expect(new Uint8Array(readFileSync(join(dirname(repo.root), '.zshrc')))).toEqual(latin)
  const cut = await at(repo, '/bin/bash', 'init', '--alias', '--remove')
  expect([cut.code, cut.stderr]).toEqual([2, expect.stringContaining('the end of what pawl wrote there is gone')])
})

once('one kind of file at a time; --remove says of what; hooks know it, too', async () => {
  await using repo = await newRepo(small)
  for (const [args, why] of [
    [['--workflow', '--vscode'], '--workflow and --vscode are written one at a time'],
    [['--remove'], '--remove does not say what'],
    [['--alias=x', '--remove'], '--alias=x and --remove contradict each other'],
    [['--hooks=pre-push', '--remove'], '--hooks=pre-push and --remove contradict each other'],
  ] as const) {
    const refused = await repo.pawl('init', ...args)
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(why)])
  }
  await repo.pawl('init', '--hooks')
  expect((await repo.pawl('init', '--hooks', '--remove')).shown).toContain('Removed <base>/repo/.git/hooks/pre-commit')
})
