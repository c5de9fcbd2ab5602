/** Repositories of npm, with the real npm and no configuration: set up, noticed, mended, reused. */
import { expect } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { npmRepo, type NpmRepo } from './fixtures/npm-repo.ts'
import { once, repoAt } from './rig.ts'

const files = {
  'lint.js': "require('dep')\n",
  'test/a.test.js': "const { test } = require('node:test')\ntest('the dependency is there', () => require('dep'))\n",
}
const scripts = { lint: 'node lint.js', test: 'node --test' }
const oneDependency = (): Promise<NpmRepo> => npmRepo({ dependencies: ['dep-1.0.0'], scripts, files })
const installed = (repo: { read(path: string): string }, name: string): string => JSON.parse(repo.read(`node_modules/${name}/package.json`)).version
const programs = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.startsWith('node /')).sort()
const install = 'npm ci --no-audit --no-fund'

once('a cold start installs and then runs everything; again at once everything is reused with its reason and no program is started', async () => {
  await using repo = await oneDependency()
  const cold = await repo.run()
  expect(cold.code).toBe(0)
  for (const row of ['✓ npm:lockfile  <time>', '✗ npm:installed  1 finding', '- lint  blocked by npm:installed', '~ npm:installed:fix  wrote node_modules'])
    expect(cold.shown).toContain(row)
  for (const row of ['✓ npm:installed  fixed', '✓ lint  <time>', '✓ node-test  <time>', 'passed  11 checks: 7 passed, 1 fixed, 3 skipped'])
    expect(cold.shown).toContain(row)
  expect(programs(repo.started())).toEqual(['node --test', 'node --version', 'node lint.js', 'npm --version', install, 'npm run lint'])
  expect(installed(repo, 'dep')).toBe('1.0.0')
  expect(repo.git('status', '--porcelain')).toBe('')

  const again = await repo.run()
  expect(again.code).toBe(0)
  for (const id of ['node:version', 'npm:available', 'npm:lockfile', 'npm:installed', 'lint', 'node-test', 'paths'])
    expect(again.shown).toContain(`✓ ${id}  reused (run 1, `)
  expect(again.shown).toContain('passed  11 checks: 8 reused, 3 skipped')
  expect(repo.started()).toEqual([])
})

once('a failing test of Node is a finding with its file, and nothing but a passed result is reused', async () => {
  await using repo = await oneDependency()
  repo.write({ 'test/a.test.js': "const { test } = require('node:test')\ntest('the sum is right', () => require('node:assert').equal(1 + 1, 3))\n" })
  const run = await repo.run()
  expect(run.code).toBe(1)
  expect(run.shown).toContain('✗ node-test')
  expect(run.shown).toMatch(/ {2}test\/a\.test\.js:2:1 {2}test {2}the sum is right: /)
  expect(run.shown).toContain('✓ lint')
  repo.started()
  expect((await repo.run()).code).toBe(1)
  expect(programs(repo.started())).toEqual(['node --test'])
})

once(
  'a dependency that is not in the lockfile fails with its name, and nothing is touched; --fix=lock relocks and installs; undo takes the lockfile back',
  async () => {
    await using repo = await oneDependency()
    await repo.run()
    repo.started()
    repo.depend('extra-2.0.0')
    const lock = repo.read('package-lock.json')
    const status = repo.git('status', '--porcelain')
    const stale = await repo.run()
    expect(stale.code).toBe(1)
    expect(stale.shown).toContain("package.json  lockfile  dependencies 'extra' file:./vendor/extra-2.0.0.tgz is not in package-lock.json")
    for (const row of ['npm:installed  blocked by npm:lockfile', 'lint  blocked by npm:installed', 'node-test  blocked by npm:installed'])
      expect(stale.shown).toContain(`- ${row}`)
    expect(programs(repo.started())).toEqual(['node --version', 'npm --version'])
    expect([repo.read('package-lock.json'), repo.git('status', '--porcelain'), repo.exists('node_modules/extra')]).toEqual([lock, status, false])

    const mended = await repo.run(['--fix=lock'])
    expect(mended.code).toBe(0)
    expect(mended.shown).toContain('~ npm:lockfile:fix  mended 1 file: package-lock.json')
    expect(mended.shown).toContain('✓ npm:installed  fixed')
    expect(programs(repo.started()).filter((line) => line.startsWith('npm'))).toEqual([
      install,
      'npm install --package-lock-only --ignore-scripts --no-audit --no-fund',
      'npm run lint',
    ])
    expect(JSON.parse(repo.read('package-lock.json')).packages['node_modules/extra'].version).toBe('2.0.0')
    expect(installed(repo, 'extra')).toBe('2.0.0')

    const undone = await repo.run(['undo'])
    expect([undone.code, repo.read('package-lock.json'), repo.git('status', '--porcelain')]).toEqual([0, lock, status])
    expect((await repo.run(['--no-fix'])).shown).toContain('✗ npm:lockfile')
  },
)

once("a teammate's commit with another dependency is noticed at once, installed, and everything is run on it", async () => {
  await using repo = await oneDependency()
  await repo.run()
  repo.depend('extra-2.0.0', 'dep-1.1.0')
  repo.relock()
  repo.commit('another dependency')
  repo.started()
  const pulled = await repo.run()
  expect(pulled.code).toBe(0)
  expect(pulled.shown).toContain('✓ npm:lockfile  <time>')
  expect(pulled.shown).toContain('✓ npm:installed  fixed')
  expect(programs(repo.started())).toEqual(['node --test', 'node --version', 'node lint.js', 'npm --version', install, 'npm run lint'])
  expect([installed(repo, 'dep'), installed(repo, 'extra')]).toEqual(['1.1.0', '2.0.0'])
})

once('node_modules that is gone, and one package in it that is gone or has another version, are noticed at once and mended', async () => {
  await using repo = await npmRepo({ dependencies: ['dep-1.0.0', 'extra-2.0.0'], scripts, files })
  await repo.run()
  const spoil: readonly (() => void)[] = [
    () => repo.remove('node_modules'),
    () => repo.remove('node_modules/dep'),
    () => repo.remove('node_modules/.package-lock.json'),
    () => repo.npm('install', '--no-save', './vendor/dep-1.1.0.tgz'),
  ]
  for (const damage of spoil) {
    damage()
    repo.started()
    const run = await repo.run()
    expect([run.code, programs(repo.started())]).toEqual([0, [install]])
    expect(run.shown).toContain('✗ npm:installed  1 finding')
    expect(run.shown).toContain('7 reused, 1 fixed, 3 skipped')
    expect([installed(repo, 'dep'), installed(repo, 'extra')]).toEqual(['1.0.0', '2.0.0'])
  }
})

once('dependencies that cannot be installed are said with what npm says; nothing of the project runs', async () => {
  await using repo = await oneDependency()
  repo.remove('vendor')
  rmSync(join(repo.root, '../.npm'), { recursive: true, force: true })
  const run = await repo.run()
  expect(run.code).toBe(1)
  expect(run.shown).toContain('! npm:installed:fix  errored: npm ended with exit code')
  expect(run.shown).toContain('vendor/dep-1.0.0.tgz')
  expect(run.shown).toContain('- lint  blocked by npm:installed')
  expect(repo.started()).not.toContain('node lint.js')
})

once('a branch with another lockfile and back: back again the dependencies are put right and every result is reused', async () => {
  await using repo = await oneDependency()
  await repo.run()
  repo.git('switch', '--quiet', '--create', 'other')
  repo.depend('dep-1.1.0')
  repo.relock()
  repo.commit('another version')
  expect((await repo.run()).code).toBe(0)
  expect(installed(repo, 'dep')).toBe('1.1.0')
  repo.git('switch', '--quiet', 'main')
  repo.started()
  const back = await repo.run()
  expect([back.code, programs(repo.started())]).toEqual([0, [install]])
  for (const id of ['lint', 'node-test']) expect(back.shown).toContain(`✓ ${id}  reused (run 1, `)
  expect(installed(repo, 'dep')).toBe('1.0.0')
})

once('a new linked worktree installs for itself and reuses what the main checkout has proven', async () => {
  await using repo = await oneDependency()
  await repo.run()
  const base = join(repo.root, '..')
  repo.git('worktree', 'add', '--quiet', join(base, 'linked'))
  const linked = repoAt(join(base, 'linked'), base)
  repo.started()
  const run = await repo.run([], linked.root)
  expect([run.code, programs(repo.started())]).toEqual([0, [install]])
  for (const id of ['lint', 'node-test']) expect(run.shown).toContain(`✓ ${id}  reused (run 1, `)
  expect(installed(linked, 'dep')).toBe('1.0.0')
  expect(linked.exists('.pawl')).toBe(false)
  rmSync(join(linked.root, 'node_modules'), { recursive: true })
  expect((await repo.run()).shown).toContain('8 reused, 3 skipped')
})

once('a version of Node that is not there fails closed: wanted, found, where it is asked for; nothing of the project runs', async () => {
  await using repo = await npmRepo({ dependencies: ['dep-1.0.0'], scripts, files: { ...files, '.nvmrc': '99\n' } })
  const run = await repo.run()
  expect(run.code).toBe(1)
  expect(run.shown).toMatch(/\.nvmrc {2}version {2}\.nvmrc asks for node 99, \d+\.\d+\.\d+ is installed/)
  expect(run.shown).toContain('- lint  blocked by')
  expect(run.shown).toContain('- node-test  blocked by')
  expect(programs(repo.started())).toEqual(['node --version'])
  expect(repo.exists('node_modules')).toBe(false)
})

once('lockfiles of two package managers are a finding, not a guess; packageManager decides which one is wrong', async () => {
  await using repo = await npmRepo({ dependencies: ['dep-1.0.0'], scripts, files: { ...files, 'yarn.lock': '# yarn lockfile v1\n' } })
  const run = await repo.run()
  expect(run.code).toBe(1)
  expect(run.shown).toContain('package-lock.json belongs to npm, but there is yarn.lock, too')
  expect(run.shown).toContain('- lint  blocked by lockfiles')
  expect(repo.started().filter((line) => !line.startsWith('node --version'))).toEqual([])
  expect(repo.exists('node_modules')).toBe(false)
  repo.write({ 'package.json': JSON.stringify({ ...JSON.parse(repo.read('package.json')), packageManager: 'npm@11.0.0' }) })
  expect((await repo.run(['--no-fix'])).shown).toContain('yarn.lock belongs to yarn, but package.json packageManager names npm')
})

once('a workspace is installed as a whole; a package that is added without relocking is named', async () => {
  await using repo = await npmRepo({
    dependencies: ['dep-1.0.0'],
    scripts: { test: 'node --test packages/*/*.test.js' },
    manifest: { workspaces: ['packages/*'] },
    files: {
      'packages/a/package.json': '{ "name": "a", "version": "1.0.0", "main": "index.js" }\n',
      'packages/a/index.js': "module.exports = 'a'\n",
      'packages/b/package.json': '{ "name": "b", "version": "1.0.0", "dependencies": { "a": "^1.0.0" } }\n',
      'packages/b/b.test.js': "const { test } = require('node:test')\ntest('a is linked', () => require('a'))\n",
    },
  })
  const cold = await repo.run()
  expect(cold.code).toBe(0)
  expect(cold.shown).toContain('✓ npm:installed  fixed')
  expect(repo.exists('node_modules/a/index.js')).toBe(true)
  repo.write({ 'packages/c/package.json': '{ "name": "c", "version": "1.0.0" }\n' })
  const added = await repo.run()
  expect(added.code).toBe(1)
  expect(added.shown).toContain('packages/c')
  expect((await repo.run(['--fix=lock'])).code).toBe(0)
  expect(repo.exists('node_modules/c/package.json')).toBe(true)
  repo.remove('node_modules/a')
  expect((await repo.run()).shown).toContain('✓ npm:installed  fixed')
})

const linted = (text: string): Promise<NpmRepo> =>
  npmRepo({
    dependencies: ['prettier-3.0.0', 'eslint-9.0.0'],
    scripts: { lint: 'eslint .', 'format:check': 'prettier --check .' },
    files: { 'eslint.config.js': "'use strict'\nmodule.exports = []\n", 'src/a.js': text, 'src/b.js': "'use strict'\n" },
  })

once('a formatter mends what the linter cannot, the linter breaks the format; green only after a round in which nothing was mended', async () => {
  await using repo = await linted('\tfoo()\n')
  const run = await repo.run(['--json'])
  expect(run.code).toBe(0)
  const ends = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; task?: string; round?: number; outcome?: { kind: string } })
    .filter((event) => event.type === 'attempt.finished')
  const last = Math.max(...ends.map((event) => event.round ?? 0))
  const judged = ends.filter((event) => event.round === last)
  expect(judged.some((event) => event.task?.endsWith(':fix'))).toBe(false)
  expect(judged.every((event) => event.outcome?.kind === 'passed' || event.outcome?.kind === 'cached')).toBe(true)
  for (const task of ['eslint', 'prettier']) expect(ends.some((event) => event.task === `${task}:fix` && event.outcome?.kind === 'passed')).toBe(true)
  expect(repo.read('src/a.js')).toBe("'use strict'\n  foo()\n")
  repo.started()
  expect((await repo.run()).shown).toContain('8 reused, 3 skipped')
  expect(repo.started()).toEqual([])
  expect((await repo.run(['undo'])).code).toBe(0)
  expect([repo.read('src/a.js'), repo.git('status', '--porcelain')]).toEqual(['\tfoo()\n', ''])
})

once('what linter and formatter find has file, line and rule, and --no-fix leaves it as it is', async () => {
  await using repo = await linted("'use strict'\n\n\tfoo()\n")
  const run = await repo.run(['--no-fix'])
  expect([run.code, repo.exists('node_modules')]).toEqual([1, false])
  await repo.run(['--fix=safe'])
  const found = await repo.run(['--no-fix'])
  expect(found.code).toBe(1)
  expect(found.shown).toContain('src/a.js:3:1  no-tabs  Unexpected tab character.')
  expect(found.shown).toContain('src/a.js  format  not formatted')
  expect(found.shown).toContain('to mend: npx prettier --write .')
  expect(repo.read('src/a.js')).toBe("'use strict'\n\n\tfoo()\n")
})

once('package.json that is no JSON is a Failure with its file and line, and nothing runs; a byte order mark and CRLF are no fault', async () => {
  await using repo = await oneDependency()
  const good = repo.read('package.json')
  repo.write({ 'package.json': good.replace('"private": true,', '"private": true') })
  const broken = await repo.run()
  expect(broken.code).toBe(2)
  expect(broken.shown).toContain('package.json:5:3  package.json cannot be parsed')
  expect(broken.shown).toContain('comma expected')
  for (const text of ['', '[]', '{"name": "app"}}']) {
    repo.write({ 'package.json': text })
    const run = await repo.run()
    expect([run.code, run.shown.includes('pawl: package.json')]).toEqual([2, true])
  }
  expect(repo.started()).toEqual([])
  repo.write({
    'package.json': `\uFEFF${good.replaceAll('\n', '\r\n')}`,
    'package-lock.json': `\uFEFF${repo.read('package-lock.json').replaceAll('\n', '\r\n')}`,
  })
  expect((await repo.run()).code).toBe(0)
  expect(installed(repo, 'dep')).toBe('1.0.0')
})

once('a lockfile with the marks of a merge fails and is not guessed at', async () => {
  await using repo = await oneDependency()
  const lock = `<<<<<<< HEAD\n${repo.read('package-lock.json')}`
  repo.write({ 'package-lock.json': lock })
  const run = await repo.run()
  expect(run.code).toBe(1)
  expect(run.shown).toContain('package-lock.json  lockfile  the lockfile cannot be parsed')
  expect([repo.read('package-lock.json'), repo.exists('node_modules')]).toEqual([lock, false])
})
