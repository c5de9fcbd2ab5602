/** What could make a proof that no longer holds look as if it did: each of these once gave a green that was not earned. */
import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once } from './rig.ts'

const config = (checks: string): string => `detect: false\ndiskFree: 1MB\nchecks:\n${checks}`

const secondOf = (path: string): number => Math.floor(lstatSync(path).ctimeMs / 1000)

once('what a check writes is seen by the checks after it, in the same run', async () => {
  await using repo = await newRepo({
    source: 'good',
    made: 'good',
    'pawl.yaml': config('  make: { command: "cp source made", inputs: [source] }\n  use: { command: [grep, -q, good, made], inputs: [made], needs: [make] }\n'),
  })
  expect((await repo.pawl()).code).toBe(0)
  repo.write({ source: 'bad' })
  expect((await repo.pawl()).code).toBe(1)
})

once('a pass on a content that was put in and taken out again while the check ran is not a pass for what was there before', async () => {
  await using repo = await newRepo({ file: 'bad' })
  const tool = await repo.tool('judge')
  repo.write({ 'pawl.yaml': config(`  judge: { command: [${tool.path}] }\n`) })
  const run = repo.start(['--verbose'])
  const call = await tool.started()
  repo.write({ file: 'good' })
  repo.write({ file: 'bad' })
  call.exit(0)
  expect((await run.ended).shown).toContain('its inputs changed while it ran')
  const again = repo.start([])
  ;(await tool.started()).exit(1)
  expect((await again.ended).code).toBe(1)
})

once('what a symbolic link leads to counts: an ignored file, a file or a folder outside', async () => {
  await using repo = await newRepo({
    '.gitignore': 'build/\n',
    'build/made': 'good',
    'pawl.yaml': config(
      ['made', 'file', 'folder/file'].map((path, i) => `  c${i}: { command: [grep, -q, good, links/${path}], inputs: ["links/**"] }\n`).join(''),
    ),
  })
  const outside = join(repo.root, '../outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'file'), 'good')
  mkdirSync(join(repo.root, 'links'))
  symlinkSync('../build/made', join(repo.root, 'links/made'))
  symlinkSync('../../outside/file', join(repo.root, 'links/file'))
  symlinkSync('../../outside', join(repo.root, 'links/folder'))
  symlinkSync('circle', join(repo.root, 'links/circle'))
  expect((await repo.pawl()).code).toBe(0)
  expect((await repo.pawl()).shown).toContain('3 reused')
  repo.write({ 'build/made': 'bad' })
  expect((await repo.pawl()).shown).toContain('2 passed, 1 failed')
  writeFileSync(join(outside, 'file'), 'bad')
  expect((await repo.pawl()).shown).toContain('3 failed')
})

once('a program that stands inside a shell text is part of the result, and so is one that the PATH of the check picks', async () => {
  await using repo = await newRepo({})
  const tool = repo.script('judge', 'exit 0')
  const folder = join(tool, '..')
  repo.write({
    'pawl.yaml': config(`  shell: { command: "cd . && X=1 ${tool} && true" }\n  path: { command: [judge], env: { PATH: "${folder}:/usr/bin:/bin" } }\n`),
  })
  expect((await repo.pawl()).code).toBe(0)
  expect((await repo.pawl()).shown).toContain('2 reused')
  repo.script('next', 'exit 1')
  renameSync(join(folder, 'next'), tool)
  expect((await repo.pawl()).shown).toContain('2 failed')
})

once('a repository that tells git to look at size and time only is looked at closely all the same', async () => {
  await using repo = await newRepo({ file: 'good', 'pawl.yaml': config('  judge: { command: [grep, -q, good, file] }\n') })
  const put = (text: string): void => {
    repo.write({ file: text })
    utimesSync(join(repo.root, 'file'), 1_600_000_000, 1_600_000_000)
  }
  repo.git('config', 'core.checkStat', 'minimal')
  repo.git('config', 'core.trustctime', 'false')
  put('good')
  repo.git('update-index', '--refresh')
  expect((await repo.pawl()).code).toBe(0)
  // git counts the change of an inode in whole seconds.
  const before = secondOf(join(repo.root, 'file'))
  do put('evil')
  while (secondOf(join(repo.root, 'file')) === before)
  expect((await repo.pawl()).code).toBe(1)
})

once('results that come with a repository are not believed', async () => {
  await using repo = await newRepo({ file: 'bad', 'pawl.yaml': config('  judge: { command: [grep, -q, bad, file] }\n') })
  expect((await repo.pawl()).code).toBe(0)
  repo.git('add', '--force', '.pawl/cache.db', '.pawl/store.db')
  const run = await repo.pawl()
  expect(run.code).toBe(2)
  expect(run.shown).toContain('committed')
})

once('a state folder that is a link is not written through, not even before it is refused', async () => {
  await using repo = await newRepo({ file: 'x', 'pawl.yaml': config('  judge: { command: [grep, -q, x, file] }\n') })
  const elsewhere = join(repo.root, '../elsewhere')
  mkdirSync(elsewhere)
  symlinkSync('../elsewhere', join(repo.root, '.pawl'))
  expect((await repo.pawl()).code).toBe(2)
  await repo.pawl('status')
  expect(readdirSync(elsewhere)).toEqual([])
})

test('a configuration that is a pipe ends the run with a message', async () => {
  await using repo = await newRepo({})
  execFileSync('mkfifo', [join(repo.root, 'pawl.yaml')])
  expect((await repo.pawl()).code).toBe(2)
})

once('a report of errors outweighs an exit code of 0', async () => {
  const report = JSON.stringify([{ filePath: 'a.js', messages: [{ ruleId: 'no-undef', severity: 2, message: 'x', line: 1, column: 1 }] }])
  await using repo = await newRepo({
    'a.js': 'x',
    'report.json': report,
    'pawl.yaml': config('  lint: { command: "cat report.json || true", parser: eslint-json }\n'),
  })
  const run = await repo.pawl()
  expect([run.code, run.shown.includes('no-undef')]).toEqual([1, true])
})

once('a test runner that finds no test has proven nothing', async () => {
  const node = join(import.meta.dirname, '../../node_modules/.bin/node')
  await using repo = await newRepo({ 'pawl.yaml': config(`  test: { command: [${node}, --test] }\n`) })
  const run = await repo.pawl()
  expect([run.code, run.shown.includes('no test was found')]).toEqual([1, true])
  repo.write({ 'a.test.js': "require('node:test')('holds', () => undefined)" })
  expect((await repo.pawl()).code).toBe(0)
})

once('a repository that git cannot read is told as such, without a stack trace', async () => {
  await using repo = await newRepo({ 'pawl.yaml': config('  judge: { command: "true" }\n') })
  repo.write({ '.git/index': 'damaged' })
  const run = await repo.pawl()
  expect([run.code, /\bat \S+ \(/.test(run.stdout + run.stderr)]).toEqual([2, false])
})
