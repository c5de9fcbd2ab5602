/** Warm workers: the real ESLint and Prettier, kept loaded between rounds and between the runs of a watch, and what is said of them. */
import { expect, test } from 'bun:test'
import { realpathSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { knownProcesses, tagsOf } from '../../src/host/proc-table.ts'
import { newRepo, type Repo, type Running } from './rig.ts'

const home = join(import.meta.dirname, '../..')
const node = dirname(realpathSync(join(home, 'node_modules/.bin/node')))
/** Older ones cannot tell which modules are loaded. */
const env = { PATH: `${node}${delimiter}${process.env['PATH'] ?? ''}` }

const config = `detect: false
checks:
  eslint:
    command: [eslint, --format, json, '{files}']
    files: ['**/*.js']
    inputs: ['**/*.js']
    perFile: { reads: ['.prettierrc'], told: eslint }
    parser: eslint-json
    fix: [{ command: [eslint, --fix, '{files}'] }]
  prettier:
    command: [prettier, --list-different, '{files}']
    whole: ['**/*.js']
    files: ['**/*.js']
    inputs: ['**/*.js', .prettierrc]
    perFile: { reads: [.prettierrc] }
    parser: file-list
`

const files = {
  '.gitignore': 'node_modules\n',
  'package.json': '{ "type": "module" }\n',
  '.prettierrc': 'semi: false\n',
  'eslint.config.js': "import { rules } from './shared.js'\n\nexport default [{ rules }]\n",
  'shared.js': "export const rules = { eqeqeq: 'error', 'prefer-const': 'error' }\n".replaceAll("'", '"'),
  'a.js': 'export const a = 1\n',
  'pawl.yaml': config,
}

async function newProject(more: Readonly<Record<string, string>> = {}): Promise<Repo> {
  const all = { ...files, 'eslint.config.js': files['eslint.config.js'].replaceAll("'", '"'), ...more }
  const repo = await newRepo(all)
  repo.write({ 'node_modules/.bin/.keep': '' })
  for (const name of ['eslint', 'prettier']) symlinkSync(join(home, 'node_modules', name), join(repo.root, 'node_modules', name))
  symlinkSync('../eslint/bin/eslint.js', join(repo.root, 'node_modules/.bin/eslint'))
  symlinkSync('../prettier/bin/prettier.cjs', join(repo.root, 'node_modules/.bin/prettier'))
  return repo
}

type Event = {
  readonly type: string
  readonly task?: string
  readonly outcome?: { readonly kind: string; readonly by?: { readonly kind: string; readonly calls?: number; readonly why?: string } }
}

/** "passed, warm 2": how it ended, and how it was called. */
function told({ outcome }: Event): string {
  const by = outcome?.by
  return `${outcome?.kind ?? ''}${by === undefined ? '' : by.kind === 'warm' ? `, warm ${by.calls}` : `, ${by.why}`}`
}

const eventsIn = (text: string): readonly Event[] => text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Event] : []))

async function run(repo: Repo, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await repo.start(['--json', ...args], { env }).ended
  return eventsIn(stdout).flatMap((event) => (event.type === 'attempt.finished' ? [`${event.task}: ${told(event)}`] : []))
}

type Watch = Running & { turn(): Promise<Readonly<Record<string, string>>> }

function watching(repo: Repo, ...args: readonly string[]): Watch {
  const running = repo.start(['watch', '--json', ...args], { env })
  const done: Readonly<Record<string, string>>[] = []
  let wake = (): void => undefined
  let checks: Record<string, string> = {}
  let rest = ''
  running.process.stdout?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const event of eventsIn(lines.join('\n'))) {
      if (event.type === 'run.started') checks = {}
      if (event.type === 'attempt.finished') checks[event.task ?? ''] = told(event)
      if (event.type === 'run.finished') done.push(checks)
    }
    wake()
  })
  return {
    ...running,
    async turn() {
      while (done.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return done.shift() ?? {}
    },
  }
}

const workersOf = (repo: Repo): readonly number[] =>
  knownProcesses()
    .filter((one) => !one.ended && tagsOf(one.pid)?.includes(`${encodeURIComponent(repo.root)}/`) === true)
    .map(({ pid }) => pid)

const onLinux = test.if(process.platform === 'linux')
/** The workers run on Node whatever pawl runs on. */
const onLinuxOnce = test.if(process.platform === 'linux' && process.env['PAWL_RUNTIME'] === 'executable')

onLinux(
  'a watch keeps its workers, sees what they would not, and leaves none behind',
  async () => {
    await using repo = await newProject()
    const watch = watching(repo)
    expect(await watch.turn()).toEqual({ eslint: 'passed, warm 1', prettier: 'passed, warm 1' })
    expect(workersOf(repo)).toHaveLength(2)
    repo.write({ 'a.js': 'export const a = (b) => b == 1\n' })
    expect(await watch.turn()).toEqual({ eslint: 'failed, warm 2', prettier: 'passed, warm 2' })
    // What the configuration imports is a module of the worker: it takes a new one to see the change.
    repo.write({ 'shared.js': 'export const rules = { "prefer-const": "error" }\n' })
    expect(await watch.turn()).toMatchObject({ eslint: 'passed, warm 1', prettier: 'passed, warm 3' })
    repo.write({ '.prettierrc': 'semi: true\n' })
    expect(await watch.turn()).toMatchObject({ prettier: 'failed, warm 1' })
    watch.process.kill('SIGINT')
    expect((await watch.ended).code).toBe(0)
    expect(workersOf(repo)).toEqual([])
  },
  120_000,
)

onLinux(
  'a watch that is killed takes its workers with it, also in the middle of a call',
  async () => {
    const forEver = `import { writeSync } from 'node:fs'
const rule = { create: (context) => { if (context.filename.endsWith('slow.js')) for (;;); return {} } }
export default [{ plugins: { promise: { rules: { slow: rule } } }, rules: { 'promise/slow': 'error' } }]\n`.replace(/^import.*\n/, '')
    await using repo = await newProject({ 'eslint.config.js': forEver })
    const watch = watching(repo, '--only', 'eslint')
    expect(await watch.turn()).toEqual({ eslint: 'passed, warm 1' })
    expect(workersOf(repo)).toHaveLength(1)
    repo.write({ 'slow.js': 'export {}\n' })
    await watch.shows('"type":"attempt.missed","attempt":"eslint@1.1","task":"eslint","cause":{"kind":"changed"')
    watch.process.kill('SIGKILL')
    await watch.ended
    while (workersOf(repo).length > 0) await new Promise((resolve) => setImmediate(resolve))
  },
  120_000,
)

onLinuxOnce(
  'a single run uses workers where a second round is likely, says so, and ends them',
  async () => {
    await using repo = await newProject({ 'a.js': 'let a = 1\nexport const b = () => a\n' })
    expect(await run(repo)).toEqual(expect.arrayContaining(['eslint: failed, warm 1', 'eslint:fix: passed', 'prettier: passed', 'eslint: passed, warm 2']))
    expect(workersOf(repo)).toEqual([])
    expect(await run(repo, '--no-fix', '--force')).toEqual(expect.arrayContaining(['eslint: passed', 'prettier: passed']))
    repo.write({ 'pawl.yaml': `warm: false\n${config}` })
    expect(await run(repo, '--force')).toEqual(expect.arrayContaining(['eslint: passed', 'prettier: passed']))
  },
  120_000,
)

onLinuxOnce(
  'where a worker is no good the tool is started anew, and the reason is told',
  async () => {
    const unknown = `const rule = { create: () => ({}) }
export default [{ plugins: { ours: { rules: { some: rule } } }, rules: { "ours/some": "error", eqeqeq: "error" } }]\n`
    await using repo = await newProject({ 'eslint.config.js': unknown })
    const watch = watching(repo, '--only', 'eslint')
    expect(await watch.turn()).toEqual({ eslint: 'passed, warm 1' })
    expect(workersOf(repo)).toEqual([])
    repo.write({ 'a.js': 'export const a = (b) => b == 1\n' })
    expect(await watch.turn()).toEqual({ eslint: 'failed, the rule ours/some may remember other files' })
    watch.process.kill('SIGINT')
    await watch.ended
    repo.write({ 'pawl.yaml': config.replace("eslint, --format, json, '{files}'", "eslint, --format, json, --cache, '{files}'") })
    const { shown } = await repo.start(['--verbose', '--only', 'eslint'], { env }).ended
    expect(shown).toContain('started anew, not done by a warm worker: no worker knows what --cache means to later calls')
  },
  120_000,
)

onLinuxOnce(
  'a secret that a worker prints, or names as a reason, is in nothing that is shown or kept',
  async () => {
    const secret = 'hunter2-hunter2-hunter2'
    const says = `const rule = { create: (context) => ({ Program: (node) => context.report({ node, message: "it is " + process.env.THE_TOKEN }) }) }
export default [{ plugins: { ours: { rules: { "${secret}": rule } } }, rules: { "ours/${secret}": "warn" } }]\n`
    await using repo = await newProject({ 'eslint.config.js': says, 'pawl.yaml': `env: { pass: [THE_TOKEN] }\n${config}` })
    const secretEnv = { ...env, THE_TOKEN: secret }
    const first = await repo.start(['--json', '--only', 'eslint', '--force'], { env: secretEnv }).ended
    const watch = repo.start(['watch', '--json', '--only', 'eslint', '--force'], { env: secretEnv })
    await watch.shows('"type":"run.finished"')
    repo.write({ 'a.js': 'export const a = 2\n' })
    await watch.shows('may remember other files')
    watch.process.kill('SIGINT')
    const { stdout } = await watch.ended
    expect(first.stdout).toContain('it is ')
    expect(first.stdout).toContain('"by":{"kind":"warm"')
    expect(stdout).toContain('"kind":"spawned"')
    const shown = first.stdout + stdout + (await repo.start(['logs', 'eslint'], { env }).ended).stdout
    expect(shown).not.toContain(secret)
  },
  120_000,
)
