/** One comparison answers for everything when nothing changed since the last green run; whatever changed, however it is hidden, it does not. */
import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { newRepo, once, repoAt, type Ended, type Repo } from './rig.ts'

const same = 'nothing changed since run'

/** A repository with one check over everything and one with an output, proven, and answered for at once. */
async function proven(more: Readonly<Record<string, string>> = {}): Promise<Repo> {
  const repo = await newRepo({ 'src/a.txt': 'one', 'src/b.txt': 'two', '.gitignore': 'out/\nlocal.conf\n', ...more })
  const tool = repo.script('tool', 'exit 0')
  repo.write({
    'pawl.yaml': `version: 1
detect: false
checks:
  all: { command: [${tool}], inputs: ["**/*"], extra: [local.conf], passEnv: [COUNTED] }
  build: { command: "mkdir -p out && cat src/a.txt > out/a.txt", inputs: ["src/**"], outputs: ["out/**"] }
`,
  })
  repo.commit('config')
  await answers(repo)
  return repo
}

/** Runs until the answer comes at once: the first runs make it, and a file that was touched a moment ago is never trusted. */
async function answers(repo: Repo, env: Record<string, string> = {}): Promise<void> {
  const seen: string[] = []
  for (let run = 0; run < 5; run++) {
    await pause(50)
    const ended = await repo.start([], { env }).ended
    seen.push(ended.shown)
    if (ended.stdout.includes(same)) return
  }
  throw new Error(`no answer at once:\n${seen.join('\n---\n')}`)
}

const isWhole = (ended: Ended): boolean => ended.code === 0 && !ended.stdout.includes(same)

test('when nothing changed the counts add up and the run is named, with and without --quiet', async () => {
  await using repo = await proven()
  const ended = await repo.pawl()
  expect(ended.shown).toMatch(/^passed {2}2 checks: 2 reused; <time>\nnothing changed since run \d+\n$/)
  expect((await repo.pawl('-q')).code).toBe(0)
})

once('whatever a check can see disturbs the answer, also when size and time are as before', async () => {
  await using repo = await proven()
  const path = (name: string): string => join(repo.root, name)
  const stat = statSync(path('src/b.txt'))
  const deeds: Readonly<Record<string, () => unknown>> = {
    'another content': () => repo.write({ 'src/a.txt': 'ONE' }),
    'the same size and time': () => (writeFileSync(path('src/b.txt'), 'TWO'), utimesSync(path('src/b.txt'), stat.atime, stat.mtime)),
    'a new file': () => repo.write({ 'src/new.txt': '' }),
    'a new file of the same size': () => repo.write({ 'src/new.txt': 'x' }),
    'an untracked file with another content of the same size': () => repo.write({ 'src/new.txt': 'y' }),
    'a file that git ignores and that counts': () => repo.write({ 'local.conf': '1' }),
    'another content of that': () => repo.write({ 'local.conf': '2' }),
    'the exec bit': () => chmodSync(path('src/a.txt'), 0o755),
    'a deleted file': () => repo.remove('src/new.txt'),
    'an output that was edited': () => repo.write({ 'out/a.txt': 'edited' }),
    'an output that was removed': () => repo.remove('out'),
    'staged only': () => repo.git('add', '--all'),
    'a commit': () => repo.commit('more'),
    'a branch': () => repo.git('switch', '--quiet', '--create', 'other'),
    'the configuration': () => repo.write({ 'pawl.yaml': `${repo.read('pawl.yaml')}# more\n` }),
    'the tool': () => repo.script('tool', ': another; exit 0'),
  }
  for (const [name, deed] of Object.entries(deeds)) {
    deed()
    const ended = await repo.pawl()
    expect([name, isWhole(ended)]).toEqual([name, true])
    await answers(repo)
  }
  expect(readFileSync(path('out/a.txt'), 'utf8')).toBe('ONE')
})

once('results that were removed by hand or found damaged disturb the answer', async () => {
  await using repo = await proven()
  const folder = join(repo.root, '.pawl/cache')
  const deeds: readonly (() => Promise<number | null>)[] = [
    async () => (await repo.pawl('cache', 'clear')).code,
    async () => (await repo.pawl('cache', 'clear', 'all')).code,
    async () => (await repo.pawl('cache', 'prune', '--max-size', '1B')).code,
    async () => {
      for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) if (/[0-9a-f]{64}$/.test(path)) writeFileSync(join(folder, path), 'x')
      return (await repo.pawl('cache', 'verify')).code === 1 ? 0 : null
    },
  ]
  for (const deed of deeds) {
    expect(await deed()).toBe(0)
    const ended = await repo.pawl()
    expect([isWhole(ended), ended.shown.includes('passed')]).toEqual([true, true])
    await answers(repo)
  }
})

once('a file that git was told not to look at is looked at all the same', async () => {
  await using repo = await proven()
  repo.git('update-index', '--assume-unchanged', 'src/a.txt')
  await answers(repo)
  repo.write({ 'src/a.txt': 'uno' })
  expect(repo.git('status', '--porcelain')).toBe('')
  expect(isWhole(await repo.pawl())).toBe(true)
})

once('a variable that counts disturbs the answer, one that does not leaves it alone', async () => {
  await using repo = await proven()
  expect((await repo.start([], { env: { OTHER: '1' } }).ended).stdout).toContain(same)
  expect(isWhole(await repo.start([], { env: { COUNTED: '1' } }).ended)).toBe(true)
  expect(isWhole(await repo.start([], { env: { SKIP: 'build' } }).ended)).toBe(true)
})

once('each linked worktree has an answer of its own', async () => {
  await using repo = await proven()
  const folder = join(repo.root, '../linked')
  repo.git('worktree', 'add', '--quiet', folder)
  const linked = repoAt(folder, join(repo.root, '..'))
  const first = await linked.pawl()
  expect([isWhole(first), first.shown.includes('2 checks: 2 reused')]).toEqual([true, true])
  await answers(linked)
  linked.write({ 'src/a.txt': 'here only' })
  expect(isWhole(await linked.pawl())).toBe(true)
  expect((await repo.pawl()).stdout).toContain(same)
})

once('a change inside a submodule disturbs the answer', async () => {
  await using inner = await newRepo({ 'x.txt': '1' })
  await using repo = await proven()
  repo.git('submodule', 'add', '--quiet', inner.root, 'sub')
  repo.commit('sub')
  await answers(repo)
  repo.write({ 'sub/x.txt': '2' })
  expect(isWhole(await repo.pawl())).toBe(true)
})

once('a sparse checkout is answered for as well, and a file that comes back disturbs it', async () => {
  await using repo = await proven({ 'far/c.txt': 'c' })
  repo.git('sparse-checkout', 'set', 'src')
  await answers(repo)
  repo.git('sparse-checkout', 'disable')
  expect(isWhole(await repo.pawl())).toBe(true)
})

once('outside of git everything is looked at each time', async () => {
  await using repo = await newRepo(
    { 'a.txt': 'a', 'pawl.yaml': 'version: 1\ndetect: false\nchecks: { all: { command: "true", inputs: ["**/*"] } }\n' },
    { git: false },
  )
  await repo.pawl()
  await pause(50)
  const ended = await repo.pawl()
  expect([isWhole(ended), ended.shown.includes('1 check: 1 reused')]).toEqual([true, true])
})

once('while a run goes on, and after one was killed, nobody answers without looking', async () => {
  await using repo = await proven()
  const held = await repo.tool('held')
  repo.write({ 'pawl.yaml': `version: 1\ndetect: false\nchecks: { held: { command: ['${held.path}'], inputs: ["src/**"] } }\n` })
  const run = repo.start([])
  await held.started()
  run.process.kill('SIGKILL')
  await run.ended
  repo.git('checkout', '--quiet', 'pawl.yaml')
  const after = await repo.pawl()
  expect([isWhole(after), after.shown.includes('was cut off')]).toEqual([true, true])
})

once('a damaged or forged answer is no answer', async () => {
  await using repo = await proven()
  const folder = join(repo.root, '.pawl/baselines')
  const { readdirSync } = await import('node:fs')
  const [name = ''] = readdirSync(folder)
  const path = join(folder, name)
  const text = readFileSync(path, 'utf8')
  for (const damage of ['', '{}', text.slice(0, -1), text.replace('"cached":2', '"cached":9'), `${'0'.repeat(64)}${text.slice(64)}`]) {
    writeFileSync(path, damage)
    expect(isWhole(await repo.pawl())).toBe(true)
  }
  renameSync(folder, `${folder}-moved`)
  mkdirSync(folder)
  expect(isWhole(await repo.pawl())).toBe(true)
})
