import { expect, test } from 'bun:test'
import { linkSync, mkdirSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { packageMarks } from './package-marks.ts'
import { ScratchRepository } from './scratch-repository.ts'

const files = {
  'node_modules/x/index.js': 'x\n',
  'node_modules/x/lib/deep/a.js': 'deep\n',
  'node_modules/@scope/y/index.js': 'y\n',
  'node_modules/.cache/c': 'cache\n',
  'packages/a/node_modules/z/index.js': 'z\n',
}
const folders = ['node_modules', 'packages/a/node_modules']

async function changedBy(change: (repo: ScratchRepository) => void): Promise<readonly string[]> {
  using repo = new ScratchRepository()
  repo.write(files)
  const before = await packageMarks(repo.root, folders)
  // Times of the kernel move in ticks.
  const tick = statSync(repo.path('node_modules/x/index.js')).ctimeMs
  do repo.write({ tick: '' })
  while (statSync(repo.path('tick')).ctimeMs === tick)
  change(repo)
  const after = await packageMarks(repo.root, folders)
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name)).toSorted()
}

test.each<readonly [string, (repo: ScratchRepository) => void, readonly string[]]>([
  ['nothing', () => undefined, []],
  ['a file deep in a package is written, and its times are set back', (repo) => rewritten(repo.path('node_modules/x/lib/deep/a.js')), ['node_modules/x']],
  ['a file more', (repo) => writeFileSync(repo.path('node_modules/@scope/y/more.js'), ''), ['node_modules/@scope/y']],
  ['a file less', (repo) => rmSync(repo.path('packages/a/node_modules/z/index.js')), ['packages/a/node_modules/z']],
  ['a package more', (repo) => mkdirSync(repo.path('node_modules/evil')), ['node_modules/evil']],
  ['a package less', (repo) => rmSync(repo.path('node_modules/x'), { recursive: true }), ['node_modules/x']],
  ['a cache of a tool', (repo) => writeFileSync(repo.path('node_modules/.cache/more'), ''), []],
])('what shows: %s', async (_, change, shown) => {
  expect(await changedBy(change)).toEqual([...shown])
})

test('that another checkout got the same file, as package managers share them, shows nothing; writing into such a file does', async () => {
  const shared = (repo: ScratchRepository): string => repo.path('node_modules/x/index.js')
  using repo = new ScratchRepository()
  repo.write(files)
  linkSync(shared(repo), repo.path('store'))
  const before = await packageMarks(repo.root, folders)
  linkSync(repo.path('store'), repo.path('other'))
  unlinkSync(repo.path('other'))
  expect(await packageMarks(repo.root, folders)).toEqual(before)
  utimesSync(shared(repo), 1, 1)
  const old = await packageMarks(repo.root, folders)
  writeFileSync(shared(repo), 'written\n')
  expect((await packageMarks(repo.root, folders)).get('node_modules/x')).not.toBe(old.get('node_modules/x'))
})

function rewritten(path: string): void {
  const { atime, mtime } = statSync(path)
  writeFileSync(path, 'DEEP\n')
  utimesSync(path, atime, mtime)
}
