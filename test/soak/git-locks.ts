/** T33: a git that died, or one that is at work, has left its locks in the repository. pawl takes none of them away, says which one it met, and loses nothing. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { differences, ofUser, prompt, workRepo, type WorkRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T33', title: 'locks of another git: none is taken away, and what was to be done is done when they are gone', run: played },
]

const locks = ['index', 'HEAD', 'config', 'packed-refs', 'refs/heads/main', 'refs/heads/pawl/integration', 'refs/stash', 'shallow', 'logs/HEAD', 'gc.pid']

/** Of what is done while the lock lies there; each has to be done in the end. */
const commands: Readonly<Record<string, readonly string[]>> = {
  work: ['agents', 'run', '--json', 'task.md'],
  check: ['--json'],
  fix: ['--only', 'mended', '--json'],
  cleanup: ['cleanup', '--json'],
  worktrees: ['worktrees', '--json'],
}

/** stays: until pawl has ended. goes: after so many milliseconds. */
const stays: readonly (number | undefined)[] = [undefined, 700]

async function played(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const all = locks.flatMap((lock) => Object.keys(commands).flatMap((command) => stays.map((goesMs) => ({ lock, command, goesMs }))))
  const some = size === 'full' ? all : all.filter((_, index) => index % 23 === 0)
  const ends = { told: 0, done: 0 }
  const result = await eachCase(some.length, 2, async (index) => {
    const one = some[index]
    if (one === undefined) return []
    return (await play(one, ends)).map((line) => `${one.lock}.lock ${one.goesMs === undefined ? 'stays' : 'goes'}, ${one.command}: ${line}`)
  })
  report(`${some.length} locks: ${ends.done} did not matter, ${ends.told} were told`)
  return result
}

type Case = { readonly lock: string; readonly command: string; readonly goesMs: number | undefined }

async function play({ lock, command, goesMs }: Case, ends: { told: number; done: number }): Promise<readonly string[]> {
  await using repo = await lockedRepo()
  const path = join(repo.root, '.git', lock === 'gc.pid' ? lock : `${lock}.lock`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'of another git\n')
  const { ino } = statSync(path)
  const before = ofUser(repo)
  const end = await repo.runs(commands[command] ?? [], {
    limitMs: 120_000,
    started: () => void (goesMs === undefined ? undefined : setTimeout(() => rmSync(path, { force: true }), goesMs)),
  })
  const broken = [...wrongEnding(end, [0, 1, 2])]
  if (goesMs === undefined && !isThere(path, ino)) broken.push('the lock of another git is gone, or another one')
  if (end.code === 0) ends.done++
  else if (/\.lock\b|[Ll]ock/.test(end.text)) ends.told++
  else broken.push(`nothing was said of a lock: ${oneLine(end.text.slice(-300))}`)
  broken.push(
    ...differences(before, ofUser(repo)).flatMap((what) =>
      what === 'src/m.txt' && (command === 'fix' || command === 'check') ? [] : [`${what} of the user has changed`],
    ),
  )
  rmSync(path, { force: true })
  return [...broken, ...(await afterwards(repo, command, end))]
}

function isThere(path: string, ino: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.ino === ino && readFileSync(path, 'utf8') === 'of another git\n'
}

async function lockedRepo(): Promise<WorkRepo> {
  const repo = await workRepo({ 'src/m.txt': 'bad\n' })
  const mended = repo.script('mended', 'grep -q good src/m.txt')
  const fix = repo.script('fix', 'echo good > src/m.txt')
  const config = repo.read('pawl.yaml').replace('checks:\n', `checks:\n  mended: { command: [${mended}], inputs: [src/m.txt], fix: { command: [${fix}] } }\n`)
  repo.write({ 'pawl.yaml': config, 'task.md': prompt('Task', 'echo done >> src/a.txt; echo good > src/m.txt') })
  repo.commit('task')
  return repo
}

/** Without the lock the same is done, whatever the first attempt left; work that has landed is not done again. */
async function afterwards(repo: WorkRepo, command: string, first: ProgramEnd): Promise<readonly string[]> {
  const has = (ref: string): boolean => repo.git('for-each-ref', ref) !== ''
  const hasLanded = command === 'work' && first.code === 0
  const ends = hasLanded
    ? []
    : [await repo.runs(command === 'work' && has('refs/heads/pawl') ? ['retry', '--json'] : (commands[command] ?? []), { limitMs: 120_000 })]
  // What had not begun is nothing to be tried again.
  if (command === 'work' && !has('refs/heads/pawl/integration')) ends.push(await repo.runs(commands['work'] ?? [], { limitMs: 120_000 }))
  const last = ends.at(-1)
  const broken = ends.flatMap((end) => wrongEnding(end, [0, 1, 2]))
  if (last !== undefined && last.code !== 0) broken.push(`without the lock it ended with ${last.code}: ${oneLine(last.text.slice(-300))}`)
  const landed = command === 'work' ? repo.git('show', 'pawl/integration:src/a.txt') : ''
  return landed === '' || landed === 'alpha\ndone\n' ? broken : [...broken, `without the lock the work did not land once: ${JSON.stringify(landed)}`]
}
