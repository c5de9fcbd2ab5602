/** `pawl watch`: from a save to a verdict, whatever way an editor or git changes files, without ever losing a change or running in circles. */
import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Repo, type Running } from './rig.ts'
import { noTerminal, openTerminal } from './tmux.ts'

type Event = {
  readonly type: string
  readonly task?: string
  readonly verdict?: string
  readonly outcome?: { readonly kind: string }
  readonly reused?: readonly { readonly task: string }[]
}

/** One run as its events tell it: "lint passed, tests reused: passed". */
type Told = { readonly verdict: string; readonly checks: Readonly<Record<string, string>> }

type Watch = Running & {
  /** The next run that ends; runs that were cut off are told, too. */
  turn(): Promise<Told>
  /** How many runs have ended that nobody has asked for. */
  unheard(): number
}

function watching(repo: Repo, args: readonly string[] = []): Watch {
  const run = repo.start(['watch', '--json', ...args])
  const done: Told[] = []
  const waiting: ((told: Told) => void)[] = []
  let checks: Record<string, string> = {}
  let rest = ''
  run.process.stdout?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as Event
      if (event.type === 'run.started') checks = {}
      if (event.type === 'attempt.finished') checks[event.task ?? ''] = event.outcome?.kind ?? ''
      for (const { task } of event.reused ?? []) checks[task] = 'cached'
      if (event.type !== 'run.finished') continue
      const told = { verdict: event.verdict ?? '', checks }
      const next = waiting.shift()
      if (next === undefined) done.push(told)
      else next(told)
    }
  })
  const turn = (): Promise<Told> => {
    const told = done.shift()
    return told === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(told)
  }
  return { ...run, turn, unheard: () => done.length }
}

/** A check that greps for a bad word in src, and one that only reads the notes. */
const config = (extra = ''): string =>
  `detect: false\nchecks:\n  lint: { command: [sh, -c, "! grep -rn bad src"], inputs: ["src/**"] }\n  notes: { command: [cat, notes.md], inputs: [notes.md] }\n${extra}`

const small = { 'src/a.ts': 'good\n', 'notes.md': 'notes\n' }
const passed = { verdict: 'passed', checks: { lint: 'passed', notes: 'cached' } }
const reused = { verdict: 'passed', checks: { lint: 'cached', notes: 'cached' } }
const failed = { verdict: 'failed', checks: { lint: 'failed', notes: 'cached' } }

/** Ends it and says with which code; a lost change would leave a run that nobody asked for, or none where one is due. */
async function ended(watch: Watch): Promise<{ code: number | null; unheard: number }> {
  watch.process.kill('SIGINT')
  const { code } = await watch.ended
  return { code, unheard: watch.unheard() }
}

/** On a slow machine a save of several steps may be seen half done; the run that comes to it in the end counts. */
async function lastOf(watch: Watch, wanted: Told): Promise<Told> {
  for (let tries = 0; ; tries++) {
    const told = await watch.turn()
    if (tries === 3 || Bun.deepEquals(told, wanted)) return told
  }
}

test('each way to save a file, and another branch, leads to a run of what it disturbs, and to the right verdict', async () => {
  await using repo = await newRepo({ ...small, 'pawl.yaml': config() })
  repo.git('checkout', '--quiet', '-b', 'feature')
  repo.write({ 'src/a.ts': 'bad\n' })
  repo.commit('feature')
  repo.git('checkout', '--quiet', 'main')
  const watch = watching(repo)
  expect(await watch.turn()).toEqual({ verdict: 'passed', checks: { lint: 'passed', notes: 'passed' } })
  const at = (path: string): string => join(repo.root, path)
  const saves: readonly (readonly [name: string, save: () => unknown, told: Told])[] = [
    ['another branch', () => repo.git('checkout', '--quiet', 'feature'), failed],
    ['the first branch again', () => repo.git('checkout', '--quiet', 'main'), reused],
    ['in place', () => repo.write({ 'src/a.ts': 'bad\n' }), failed],
    ['atomic', () => (repo.write({ 'src/.a.ts.swp': 'fine 1\n' }), renameSync(at('src/.a.ts.swp'), at('src/a.ts'))), passed],
    ['atomic again', () => (repo.write({ 'src/.a.ts.swp': 'bad 2\n' }), renameSync(at('src/.a.ts.swp'), at('src/a.ts'))), failed],
    [
      'vim',
      () => {
        repo.write({ 'src/4913': '' })
        rmSync(at('src/4913'))
        renameSync(at('src/a.ts'), at('src/a.ts~'))
        repo.write({ 'src/a.ts': 'fine 3\n' })
        rmSync(at('src/a.ts~'))
      },
      passed,
    ],
    ['new folder with files', () => repo.write({ 'src/new/deep/b.ts': 'bad 4\n' }), failed],
    ['edit in the new folder', () => repo.write({ 'src/new/deep/b.ts': 'fine 5\n' }), passed],
    ['moved folder', () => (repo.write({ 'src/new/deep/c.ts': 'bad 6\n' }), renameSync(at('src/new'), at('src/moved'))), failed],
    ['edit in the moved folder', () => repo.write({ 'src/moved/deep/c.ts': 'fine 7\n' }), passed],
    ['deleted folder: as it was before, so it is proven', () => rmSync(at('src/moved'), { recursive: true }), reused],
    ['not seen by lint', () => repo.write({ 'notes.md': 'more\n' }), { verdict: 'passed', checks: { lint: 'cached', notes: 'passed' } }],
  ]
  for (const [name, save, told] of saves) {
    save()
    expect({ name, told: await lastOf(watch, told) }).toEqual({ name, told })
  }
  expect(await ended(watch)).toMatchObject({ code: 0 })
})

test('a change while a check runs ends that run at once; the next one judges what is there now', async () => {
  await using repo = await newRepo(small)
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n  slow: { command: [${slow.path}], inputs: ["src/**"] }\n` })
  const watch = watching(repo)
  const first = await slow.started()
  repo.write({ 'src/a.ts': 'newer\n' })
  await first.gone
  expect(await watch.turn()).toMatchObject({ verdict: 'cancelled' })
  const second = await slow.started()
  // Nobody looks at the notes: no reason to end anything.
  repo.write({ 'notes.md': 'newer\n' })
  await repo.pawl('status')
  second.exit(0)
  expect(await watch.turn()).toEqual({ verdict: 'passed', checks: { slow: 'passed' } })
  expect(await watch.turn()).toEqual({ verdict: 'passed', checks: { slow: 'cached' } })
  expect(await ended(watch)).toEqual({ code: 0, unheard: 0 })
  expect(slow.calls()).toBe(2)
})

once('Ctrl-C in the middle of a run ends it with 130 and leaves nothing alive', async () => {
  await using repo = await newRepo(small)
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n  slow: { command: [${slow.path}] }\n` })
  const watch = watching(repo)
  const call = await slow.started()
  watch.process.kill('SIGINT')
  await call.gone
  expect((await watch.ended).code).toBe(130)
})

once('checks that write files lead to no second run, and one that never comes to rest is slowed down and told', async () => {
  await using repo = await newRepo({
    ...small,
    '.gitignore': '*.cache\n',
    'pawl.yaml': config(`  builds: { command: [sh, -c, "date +%N > built.txt; date +%N > tool.cache"], inputs: ["src/**"], outputs: [built.txt] }\n`),
  })
  const watch = watching(repo)
  expect(await watch.turn()).toMatchObject({ verdict: 'passed' })
  repo.write({ 'src/a.ts': 'good 2\n' })
  expect(await watch.turn()).toMatchObject({ verdict: 'passed', checks: { builds: 'passed' } })
  expect(await ended(watch)).toEqual({ code: 0, unheard: 0 })

  repo.write({ 'pawl.yaml': config(`  stamps: { command: [sh, -c, "date +%N > stamp.txt"], inputs: ["**"] }\n`) })
  const restless = watching(repo)
  await restless.shows('watch.restless')
  restless.process.kill('SIGINT')
  const { stdout, code } = await restless.ended
  expect(stdout).toContain('stamp.txt changed during every one of the last runs')
  expect(code).toBe(0)
})

once('fixes run only when asked for, and what they wrote is judged by their own run', async () => {
  await using repo = await newRepo({ 'src/a.ts': 'bad\n', 'notes.md': 'notes\n' })
  const mend = 'sed -i s/bad/good/ src/a.ts'
  repo.write({ 'pawl.yaml': config().replace('inputs: ["src/**"] }', `inputs: ["src/**"], fix: { command: [sh, -c, "${mend}"] } }`) })
  const careful = watching(repo)
  expect(await careful.turn()).toMatchObject({ verdict: 'failed' })
  expect(await ended(careful)).toEqual({ code: 0, unheard: 0 })
  expect(repo.read('src/a.ts')).toBe('bad\n')

  const mending = watching(repo, ['--fix'])
  expect(await mending.turn()).toMatchObject({ verdict: 'passed' })
  repo.write({ 'src/b.ts': 'fine\n' })
  expect(await mending.turn()).toEqual(passed)
  expect(await ended(mending)).toEqual({ code: 0, unheard: 0 })
  expect(repo.read('src/a.ts')).toBe('good\n')
})

once('a mistake in the configuration is told, and mending it goes on from there; other runs need not wait for a watch', async () => {
  await using repo = await newRepo({ ...small, 'pawl.yaml': 'detect: false\nchecks: { lint: { comand: x } }\n' })
  const watch = watching(repo)
  await watch.shows('config.invalid')
  repo.write({ 'pawl.yaml': config() })
  expect(await watch.turn()).toMatchObject({ verdict: 'passed' })
  expect((await repo.pawl()).shown).toContain('2 checks: 2 reused')
  const asModule = (command: string): string => `export const config = { detect: false, checks: { lint: { command: ${command}, inputs: ['src/**'] } } }\n`
  repo.remove('pawl.yaml')
  repo.write({ 'pawl.config.ts': asModule('"true"') })
  expect(await lastOf(watch, { verdict: 'passed', checks: { lint: 'passed' } })).toMatchObject({ verdict: 'passed' })
  repo.write({ 'pawl.config.ts': asModule('"false"') })
  expect(await lastOf(watch, { verdict: 'failed', checks: { lint: 'failed' } })).toMatchObject({ verdict: 'failed' })
  expect(await ended(watch)).toMatchObject({ code: 0 })
})

once('a branch with 10,000 other files is one run, with the right verdict', async () => {
  await using repo = await newRepo({ ...small, 'pawl.yaml': config() })
  const files = Array.from({ length: 10_000 }, (_, i) => `M 100644 inline src/mass/${i % 100}/${i}.ts\ndata ${i === 9999 ? '4\nbad' : '5\nfine'}\n`)
  const commit = 'commit refs/heads/big\ncommitter Journey <journey@example.invalid> 1767225600 +0000\ndata 3\nbig\nfrom refs/heads/main\n'
  execFileSync('git', ['fast-import', '--quiet'], { cwd: repo.root, input: `${commit}${files.join('')}\n` })
  const watch = watching(repo)
  await watch.turn()
  repo.git('checkout', '--quiet', 'big')
  expect(await watch.turn()).toEqual(failed)
  repo.write({ 'src/mass/99/9999.ts': 'fine\n' })
  expect(await watch.turn()).toEqual(passed)
  expect(await ended(watch)).toEqual({ code: 0, unheard: 0 })
})

test.if(noTerminal === undefined && process.env['PAWL_RUNTIME'] === 'executable')(
  'at a terminal keys run again, run all, and end it; the terminal is as before',
  async () => {
    await using repo = await newRepo({ ...small, 'pawl.yaml': config() })
    await using terminal = await openTerminal(repo, ['watch'])
    await terminal.shows('watching 3 files; q ends')
    terminal.press('r')
    expect(await terminal.shows('asked to run all again')).not.toContain('watching 3 files; q ends, Enter runs again, r runs all, f with fixes\n\nasked')
    await terminal.shows('watching 3 files')
    repo.write({ 'src/a.ts': 'bad\n' })
    await terminal.shows('src/a.ts changed')
    await terminal.shows('failed  2 checks: 1 reused, 1 failed')
    await terminal.shows('watching 3 files')
    terminal.press('C-c')
    expect(await terminal.ended()).toBe(0)
    expect(terminal.cursorIsVisible()).toBe(true)
    expect(terminal.isCooked()).toBe(true)
  },
)
