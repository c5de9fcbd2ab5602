/** A dry run tells the real plan and does nothing; mending a second time has nothing left to do (T42). */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, newRepo, pawlCommand, type Repo } from '../journeys/rig.ts'
import type { SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T42', title: 'dry runs work where nothing can be written and tell the real plan; a second run mends nothing', run: dryRuns },
]

/** Everything that tells what would be done, or only looks. */
const commands: readonly (readonly string[])[] = [
  ['--dry-run'],
  ['--dry-run', '--json'],
  ['plan'],
  ['why', 'format'],
  ['init', '--dry-run'],
  ['init', '--workflow', '--dry-run'],
  ['init', '--vscode', '--dry-run'],
  ['--dry-run', '--force'],
  ['--dry-run', '--fix=lock', '--verbose'],
  ['config'],
  ['--dry-run', '--format', 'sarif'],
  ['--dry-run', '--persist'],
]
/** They show what was recorded, and SQLite opens nothing where it cannot write: only before there is state. */
const lookers: readonly (readonly string[])[] = [['status'], ['undo', '--dry-run'], ['history'], ['logs'], ['cache', 'stats'], ['doctor']]
/** In every run of the tests, before and after there is state. */
const few = 4

type Event = { readonly type: string; readonly task?: string; readonly outcome?: { readonly kind: string; readonly description?: string } }
const eventsIn = (stdout: string): readonly Event[] => stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Event] : []))

async function newMendable(): Promise<Repo> {
  const repo = await newRepo({ 'a.txt': 'bad\n', 'b.txt': 'bad\n', 'c.txt': 'fine\n' })
  const log = join(repo.root, '../deeds')
  const tool = repo.script('tool', `echo "$*" >> "${log}"; case "$1" in check) ! grep -l bad "$2" ;; mend) sed -i s/bad/good/ "$2" ;; esac`)
  const check = (name: string, file: string): string =>
    `  ${name}: { command: [${tool}, check, ${file}], inputs: [${file}], fix: { command: [${tool}, mend, ${file}] } }\n`
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1MB\nchecks:\n${check('format', 'a.txt')}${check('imports', 'b.txt')}${check('spelling', 'c.txt')}` })
  repo.commit('all')
  return repo
}

async function dryRuns(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  if (spawnSync('bwrap', ['--ro-bind', '/', '/', '--dev', '/dev', 'true']).status !== 0)
    return { cases: 0, broken: [], skipped: 'bubblewrap cannot make a read-only view here' }
  await using repo = await newMendable()
  const broken: string[] = []
  let cases = 0
  const deeds = (): string => (existsSync(join(repo.root, '../deeds')) ? readFileSync(join(repo.root, '../deeds'), 'utf8') : '')
  const readOnly = (args: readonly string[], when: string): string => {
    cases += 1
    const before = deeds()
    const { status, stdout, stderr } = spawnSync(
      'bwrap',
      ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--chdir', repo.root, ...pawlCommand(args)],
      {
        cwd: repo.root,
        env: environment(join(repo.root, '..')),
        encoding: 'utf8',
      },
    )
    const said = `pawl ${args.join(' ')}, ${when}`
    // Without a run there is no log and nothing to take back: that is told, with exit code 2.
    const fine =
      status === 0 || (when === 'before the first run' && ['logs', 'undo'].includes(args[0] ?? '') && status === 2) || (args[0] === 'doctor' && status === 1)
    if (!fine) broken.push(`${said} ended with ${status}: ${(stderr || stdout).slice(0, 200)}`)
    if (/EROFS|read-only file system|\bat \S+ \(/i.test(stdout + stderr)) broken.push(`${said} tried to write: ${(stdout + stderr).slice(0, 200)}`)
    if (deeds() !== before) broken.push(`${said} started a tool`)
    return stdout
  }
  for (const args of size === 'full' ? [...commands, ...lookers] : commands.slice(0, few)) readOnly(args, 'before the first run')
  const told = eventsIn(readOnly(['--dry-run', '--json'], 'before the first run')).filter(({ type }) => type === 'attempt.finished')
  const real = eventsIn((await repo.pawl('--json')).stdout)
  report(`${cases} commands before the first run`)
  broken.push(...differences(told, real))
  for (const args of size === 'full' ? commands : commands.slice(0, few)) readOnly(args, 'after a run')
  const done = deeds()
  for (const round of ['second', 'third']) {
    cases += 1
    const again = eventsIn((await repo.pawl('--json')).stdout)
    if (again.some(({ type }) => type === 'mending.begun')) broken.push(`the ${round} run mends again`)
    if (deeds() !== done) broken.push(`the ${round} run does something: ${deeds().slice(done.length)}`)
  }
  return { cases, broken }
}

/** Every check that is told is really started, in this order at first; every fix that is begun was told. */
function differences(told: readonly Event[], real: readonly Event[]): readonly string[] {
  const planned = told.map(({ task = '' }) => task)
  const started = [...new Set(real.flatMap(({ type, task = '' }) => (type === 'attempt.missed' && !task.includes(':fix') ? [task] : [])))]
  const mended = [...new Set(real.flatMap(({ type, task = '' }) => (type === 'mending.begun' ? [task] : [])))]
  const described = told.map(({ outcome }) => outcome?.description ?? '').join('\n')
  return [
    ...(planned.toSorted().join() === started.toSorted().join() && planned.length > 0 ? [] : [`told: ${planned.join()}; done: ${started.join()}`]),
    ...mended.flatMap((fix) => (described.includes(fix) ? [] : [`${fix} was not told`])),
    ...(mended.length === 2 ? [] : [`${mended.length} fixes were begun, not 2`]),
  ]
}
