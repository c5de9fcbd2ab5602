/** `--json` is the event stream: gap-free, schema-true, and folding it gives the verdict; findings come in every format. */
import { expect, test } from 'bun:test'
import type { Event } from '../../src/model/event.ts'
import { eventTypes } from '../../src/model/event.ts'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { environment, newRepo, pawlCommand } from './rig.ts'

const config = 'detect: false\nchecks:\n  ok: { command: "true" }\n  lint:\n    command: "echo src/a.ts:3:7: error: unused x && exit 1"\n    parser: gnu\n'

test('--json prints every event of the run, numbered without gaps', async () => {
  await using repo = await newRepo({ 'src/a.ts': '', 'pawl.yaml': config })
  const run = await repo.start(['--json']).ended
  expect([run.code, run.stderr]).toEqual([1, ''])
  const events = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event & { v: number })
  expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1))
  expect(events.every((event) => event.v === 1 && event.type in eventTypes)).toBe(true)
  const last = events.at(-1)
  expect(last?.type === 'run.finished' && [last.verdict, last.counts.failed, last.counts.total]).toEqual(['failed', 1, 2])
})

test('findings are written as JSON, SARIF, JUnit and GitHub annotations', async () => {
  await using repo = await newRepo({ 'src/a.ts': '', 'pawl.yaml': config })
  const json = JSON.parse((await repo.start(['--format', 'json']).ended).stdout) as { verdict: string }
  expect(json.verdict).toBe('failed')
  const sarif = JSON.parse((await repo.start(['--format', 'sarif']).ended).stdout) as {
    runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[] }[] }[]
  }
  expect(
    sarif.runs
      .flatMap((one) => one.results)
      .map((result) => [result.locations[0]?.physicalLocation.artifactLocation.uri, result.locations[0]?.physicalLocation.region.startLine]),
  ).toEqual([['src/a.ts', 3]])
  expect((await repo.start(['--format', 'junit']).ended).stdout).toContain('<failure')
  expect((await repo.start([], { env: { GITHUB_ACTIONS: 'true' } }).ended).stdout).toContain('::error file=src/a.ts,line=3,col=7')
  await repo.pawl('--format', 'junit', '--output', 'report.xml')
  expect(repo.read('report.xml')).toContain('<testsuite')
})

test('help, version and completions work everywhere, also outside of a repository', async () => {
  await using repo = await newRepo({}, { git: false })
  for (const args of [['--help'], ['help', 'run'], ['plan', '--help'], ['--version'], ['completion', 'bash'], ['completion', 'zsh'], ['completion', 'fish']]) {
    const run = await repo.pawl(...args)
    expect([args.join(' '), run.code, run.stdout.length > 4]).toEqual([args.join(' '), 0, true])
  }
})

test.if(existsSync('/dev/full'))('a green run whose report does not fit on the disk does not end as green', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\nchecks: { ok: { command: "true" } }\n' })
  for (const args of [[], ['--force', '--json'], ['--force', '--format', 'sarif']]) {
    const shell = ['-c', '"$@" > /dev/full 2> told; echo "$? $(cat told)"', 'sh', ...pawlCommand(args)]
    const told = execFileSync('sh', shell, { cwd: repo.root, env: environment(dirname(repo.root)), encoding: 'utf8' })
    expect(told).toMatch(args.includes('--json') ? /^2 / : /^2 [^]*could not be written to the end[^]*no space left/)
  }
})
