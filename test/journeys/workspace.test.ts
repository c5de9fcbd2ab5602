/** A workspace of four packages: what runs, in which order, and what a change disturbs. */
import { expect } from 'bun:test'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Repo } from './rig.ts'

// base ← ui ← app; base ← tool. What is built has no comments in it.
const packages = { base: [], ui: ['base'], app: ['ui'], tool: ['base'] } as const
const build = 'mkdir -p dist && grep -v "^//" src/index.js > dist/index.js && echo "$npm_package_name build" >> $HOME/order'
const manifestOf = (name: string, needs: readonly string[]): string =>
  JSON.stringify({
    name,
    version: '1.0.0',
    main: 'dist/index.js',
    scripts: {
      prebuild: 'echo "$npm_package_name prebuild" >> $HOME/order',
      build,
      test: 'test -s src/index.js && echo "$npm_package_name test" >> $HOME/order',
    },
    dependencies: Object.fromEntries(needs.map((other) => [other, '^1.0.0'])),
  })

/** As npm would install it: links, and the list of what is there. */
async function workspace(): Promise<Repo> {
  const entries = Object.entries(packages)
  const locked = Object.fromEntries(
    entries.flatMap(([name, needs]) => [
      [`node_modules/${name}`, { resolved: `packages/${name}`, link: true }],
      [`packages/${name}`, { version: '1.0.0', ...(needs.length > 0 && { dependencies: Object.fromEntries(needs.map((other) => [other, '^1.0.0'])) }) }],
    ]),
  )
  const root = { name: 'mono', workspaces: ['packages/*'] }
  const repo = await newRepo({
    'package.json': JSON.stringify({ ...root, private: true, scripts: { build: 'turbo run build', test: 'turbo run test' } }),
    'package-lock.json': JSON.stringify({ name: 'mono', lockfileVersion: 3, requires: true, packages: { '': root, ...locked } }),
    '.gitignore': 'node_modules\ndist\n',
    ...Object.fromEntries(entries.map(([name, needs]) => [`packages/${name}/package.json`, manifestOf(name, needs)])),
    ...Object.fromEntries(entries.map(([name]) => [`packages/${name}/src/index.js`, `export const name = '${name}'\n`])),
  })
  mkdirSync(join(repo.root, 'node_modules'))
  repo.write({ 'node_modules/.package-lock.json': JSON.stringify({ name: 'mono', lockfileVersion: 3, requires: true, packages: locked }) })
  for (const [name] of entries) symlinkSync(`../packages/${name}`, join(repo.root, 'node_modules', name))
  return repo
}

/** What ran since the last call, in the order in which it ended. */
function ran(repo: Repo): readonly string[] {
  if (!repo.exists('../order')) return []
  const lines = repo.read('../order').trim().split('\n')
  repo.remove('../order')
  return lines
}

once('packages are built in the order of their dependencies, with pre scripts, and a second run does nothing', async () => {
  await using repo = await workspace()
  const first = await repo.pawl()
  expect([first.code, first.stderr]).toEqual([0, ''])
  const order = ran(repo)
  expect(order.toSorted()).toEqual(['app', 'base', 'tool', 'ui'].flatMap((name) => [`${name} build`, `${name} prebuild`, `${name} test`]))
  const at = (line: string): number => order.indexOf(line)
  for (const [name, needs] of Object.entries(packages)) {
    expect(at(`${name} prebuild`)).toBeLessThan(at(`${name} build`))
    for (const other of needs) expect(at(`${other} build`)).toBeLessThan(Math.min(at(`${name} prebuild`), at(`${name} test`)))
  }
  expect(first.shown).toContain('the script build only starts scripts of the packages')
  expect((await repo.pawl()).code).toBe(0)
  expect(ran(repo)).toEqual([])
})

once('a change disturbs its package and what depends on it; one that leaves the output as it was only its package', async () => {
  await using repo = await workspace()
  await repo.pawl()
  ran(repo)
  repo.write({ 'packages/base/src/index.js': "// a comment\nexport const name = 'base'\n" })
  await repo.pawl()
  expect(ran(repo).toSorted()).toEqual(['base build', 'base prebuild', 'base test'])
  repo.write({ 'packages/ui/src/index.js': "export const name = 'ui, too'\n" })
  await repo.pawl()
  expect(ran(repo).toSorted()).toEqual(['app build', 'app prebuild', 'app test', 'ui build', 'ui prebuild', 'ui test'])
  repo.remove('packages/base/dist')
  repo.remove('packages/ui/dist')
  await repo.pawl()
  expect([ran(repo), repo.read('packages/ui/dist/index.js')]).toEqual([[], "export const name = 'ui, too'\n"])
})

once('--filter and --only run what they pick and the builds that it needs', async () => {
  await using repo = await workspace()
  const filtered = await repo.pawl('--filter', 'ui')
  expect(ran(repo).toSorted()).toEqual(['base build', 'base prebuild', 'ui build', 'ui prebuild', 'ui test'])
  expect(filtered.shown).toContain('skipped: --filter does not pick its package')
  await repo.pawl('--only', 'tool')
  expect(ran(repo).toSorted()).toEqual(['tool build', 'tool prebuild', 'tool test'])
  repo.write({ 'packages/tool/src/index.js': 'export const name = 1\n' })
  await repo.pawl('--filter', '[main]')
  expect(ran(repo).toSorted()).toEqual(['tool build', 'tool prebuild', 'tool test'])
  const none = await repo.pawl('--filter', 'uii')
  expect([none.code, none.stderr]).toEqual([2, "pawl: --filter uii names no package\n  kept: nothing was started\n  try: Did you mean 'ui'?\n"])
})

once('a failed script of a package is told with its findings, stops what comes after it, and blocks what needs it', async () => {
  await using repo = await workspace()
  repo.write({
    'packages/base/package.json': JSON.stringify({
      name: 'base',
      version: '1.0.0',
      main: 'dist/index.js',
      scripts: { build: 'echo src/index.js:1:2: no such thing; exit 1', postbuild: 'echo post >> $HOME/order' },
    }),
  })
  const ended = await repo.pawl('--only', 'build')
  expect(ended.code).toBe(1)
  expect(ended.shown).toContain('packages/base/src/index.js:1:2  no such thing')
  expect(ended.shown).toContain('by hand: cd packages/base && npm run build')
  expect(ran(repo)).toEqual([])
})
