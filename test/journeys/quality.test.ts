/** What a run says of every check that was asked for: in which order, how it ended, why it did not run, and which one is tried again. */
import { expect } from 'bun:test'
import { join } from 'node:path'
import type { Event } from '../../src/model/event.ts'
import { pathWithout } from './fixtures/programs.ts'
import type { Call } from './held-tool.ts'
import { newRepo, once } from './rig.ts'

const eventsOf = (stdout: string): Event[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
const startsIn = (events: readonly Event[]): string[] => events.flatMap((event) => (event.type === 'attempt.started' ? [event.task] : []))

once('a diamond runs in waves: both sides at the same time, the last only after both', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\n' })
  const tool = await repo.tool('held')
  const check = (name: string, needs: string): string => `  ${name}: { command: ["${tool.path}", ${name}], needs: [${needs}] }\n`
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n${check('bottom', 'left, right')}${check('left', 'top')}${check('right', 'top')}${check('top', '')}` })
  const run = repo.start(['--json', '--jobs', '2'])
  const top = await tool.started()
  expect([top.args, tool.calls()]).toEqual([['top'], 1])
  top.exit(0)
  const sides = [await tool.started(), await tool.started()]
  expect(sides.flatMap(({ args }) => args).toSorted()).toEqual(['left', 'right'])
  sides[1]?.exit(0)
  await run.shows(`"attempt.finished","attempt":"${sides[1]?.args[0]}@1.1`)
  expect(tool.calls()).toBe(3)
  sides[0]?.exit(0)
  const bottom = await tool.started()
  bottom.exit(0)
  const ended = await run.ended
  const events = eventsOf(ended.stdout)
  const at = (type: Event['type'], task: string): number => events.findIndex((event) => event.type === type && 'task' in event && event.task === task)
  expect([ended.code, bottom.args]).toEqual([0, ['bottom']])
  for (const side of ['left', 'right']) expect(at('attempt.started', 'bottom')).toBeGreaterThan(at('attempt.finished', side))
})

once('checks of which nothing decides who is first run in the order in which they are written, each time', async () => {
  const names = ['mango', 'apple', 'zebra', 'kiwi', 'beet', 'fig']
  for (const order of [names, names.toReversed(), names]) {
    await using repo = await newRepo({ 'pawl.yaml': `detect: false\nchecks:\n${order.map((name) => `  ${name}: { command: "true" }\n`).join('')}` })
    expect(startsIn(eventsOf((await repo.pawl('--json', '--jobs', '1')).stdout))).toEqual(order)
  }
})

const everyEnding = `detect: false
checks:
  good: { command: "true", inputs: unknown }
  kept: { command: "true", inputs: [kept.txt] }
  bad: { command: "echo a.txt:1:2: error: no; exit 1", parser: gnu }
  crashed: { command: "kill -SEGV $$" }
  slow: { command: "sleep 300", timeout: 300ms }
  absent: { command: [no-such-tool] }
  elsewhere: { command: "true", platforms: [windows] }
  behind: { command: "touch ran; true", needs: [bad] }
  far-behind: { command: "touch ran; true", needs: [behind, good] }
  left: { command: "touch ran; true" }
`

once('every check that was asked for is in the result, with how it ended or why it did not run, and the parts add up', async () => {
  await using repo = await newRepo({ 'pawl.yaml': everyEnding, 'kept.txt': '' })
  await repo.pawl('--only', 'kept')
  const run = await repo.pawl('--json', '--skip', 'left')
  const events = eventsOf(run.stdout)
  const started = events.flatMap((event) => (event.type === 'run.started' ? [event.plan] : []))[0]
  const ends = Object.fromEntries([
    ...(started?.skips ?? []).map(({ task, reason }) => [task, `skipped: ${reason}`]),
    ...events.flatMap((event) => (event.type === 'tasks.reused' ? event.reused.map(({ task }) => [task, 'reused']) : [])),
    ...events.flatMap((event) => (event.type === 'attempt.finished' ? [[event.task, event.outcome.kind]] : [])),
    ...events.flatMap((event) => (event.type === 'task.blocked' ? [[event.task, `blocked by ${event.by}`]] : [])),
  ]) as Record<string, string>
  expect(ends).toEqual({
    good: 'passed',
    kept: 'reused',
    bad: 'failed',
    crashed: 'errored',
    slow: 'timed-out',
    absent: 'errored',
    elsewhere: expect.stringMatching(/^skipped: only on windows/),
    behind: 'blocked by bad',
    'far-behind': 'blocked by behind',
    left: expect.stringMatching(/^skipped: .*--skip/),
  })
  expect([run.code, repo.exists('ran')]).toEqual([1, false])

  const shown = (await repo.pawl('--skip', 'left')).shown
  for (const line of [
    '✓ good  ',
    '✓ kept  reused',
    '✗ bad  1 finding',
    '! crashed  errored: sh was killed by signal 11',
    '⧗ slow  timed out after',
    '! absent  errored: no-such-tool is not installed',
    '- elsewhere  skipped: only on windows',
    '- behind  blocked by bad',
    '- far-behind  blocked by behind',
    '- left  skipped: ',
  ])
    expect(shown).toContain(`\n${line}`)
  expect(shown).toContain('failed  10 checks: 1 reused, 1 passed, 1 failed, 2 errored, 1 timed out, 2 blocked, 2 skipped; 1 finding')
})

once('what needs a check that failed, directly or through others, is listed as blocked and never started; the other branch goes on', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\n' })
  const log = join(repo.root, '../calls')
  const tool = repo.script('tool', `echo "$1" >> "${log}"\nexit "$2"`)
  const check = (name: string, code: number, needs: string): string => `  ${name}: { command: [${tool}, ${name}, "${code}"], needs: [${needs}] }\n`
  repo.write({
    'pawl.yaml': `detect: false\nchecks:\n${check('root', 0, '')}${check('broken', 1, 'root')}${check('sound', 0, 'root')}${check('both', 0, 'broken, sound')}${check('last', 0, 'both')}${check('other', 0, 'sound')}`,
  })
  const run = await repo.pawl()
  expect(run.code).toBe(1)
  expect(repo.read('../calls').trim().split('\n').toSorted()).toEqual(['broken', 'other', 'root', 'sound'])
  const summary = run.shown.slice(run.shown.indexOf('\nfailed  '))
  expect(summary).toContain('6 checks: 3 passed, 1 failed, 2 blocked')
  for (const line of ['- both  blocked by broken', '- last  blocked by both']) expect(summary).toContain(line)
})

once('a security tool that is required and not installed fails the run, and what stood on it is blocked', async () => {
  await using repo = await newRepo({
    '.bandit': '[bandit]\n',
    'setup.py': 'import setuptools\n',
    'pawl.yaml': 'checks: { release: { command: "touch released", needs: [bandit] } }\n',
  })
  const path = pathWithout(join(repo.root, '..'), 'bandit')
  for (const args of [[], ['--no-fix'], ['--fail-fast']]) {
    const run = await repo.start(['--only', 'bandit,release', ...args], { env: { PATH: path } }).ended
    expect([args, run.code, repo.exists('released')]).toEqual([args, 2, false])
    expect(run.shown).toContain('! bandit  errored: bandit is not installed')
    expect(run.shown).toContain('- release  blocked by bandit')
    expect(run.shown).not.toMatch(/^passed/m)
  }
})

once('a tool that fails with a report that nobody can read is one finding with the end of what it printed, never "no findings"', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\n' })
  const flood = repo.script('flood', 'i=0; while [ $i -lt 400 ]; do echo "noise $i"; i=$((i + 1)); done; echo "cannot load plugin" >&2; exit "$1"')
  const check = (name: string, parser: string, code: number): string => `  ${name}: { command: [${flood}, "${code}"], parser: ${parser} }\n`
  const parsers = ['eslint-json', 'sarif', 'junit', 'ruff-json', 'bandit-json']
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n${parsers.map((parser) => check(parser, parser, 1)).join('')}` })
  const run = await repo.pawl()
  expect(run.code).toBe(1)
  expect(run.shown).toContain('5 checks: 5 failed; 5 findings')
  for (const parser of parsers) expect(run.shown).toContain(`✗ ${parser}  1 finding`)
  expect(run.shown.split('unparsed  ').length - 1).toBe(5)
  expect(run.shown.split('cannot load plugin').length - 1).toBeGreaterThanOrEqual(5)
  // The same output with exit code 0 is no pass either.
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n${parsers.map((parser) => check(parser, parser, 0)).join('')}` })
  const quiet = await repo.pawl()
  expect([quiet.code, quiet.shown.includes('5 checks: 5 errored')]).toEqual([2, true])
})

once('whatever the order in which checks end, the one that failed is tried again, and no other', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  // Who ends in which order, and which of them fail the first time. A check that is left out stands between them.
  for (const [order, failing] of [
    ['edcba', 'ac'],
    ['cabed', 'e'],
    ['bdeac', 'bd'],
  ] as const) {
    await using repo = await newRepo({ 'pawl.yaml': 'detect: false\n' })
    const tool = await repo.tool('held')
    const check = (name: string): string => `  ${name}: { command: ["${tool.path}", ${name}], pool: wide, retries: { times: 1, delay: 10ms, on: [failed] } }\n`
    const off = (name: string): string => `  ${name}: { command: "false", platforms: [windows] }\n`
    const [first = '', ...others] = names
    repo.write({ 'pawl.yaml': `detect: false\npools: { wide: 5 }\nchecks:\n${off('off')}${check(first)}${off('between')}${others.map(check).join('')}` })
    const run = repo.start(['--json'])
    const calls = new Map<string, Call>()
    for (const _ of names) {
      const call = await tool.started()
      calls.set(call.args[0] ?? '', call)
    }
    for (const name of order) {
      calls.get(name)?.exit(failing.includes(name) ? 1 : 0)
      await run.shows(`"attempt.finished","attempt":"${name}@1.1"`)
    }
    const again: string[] = []
    for (const _ of failing) {
      const call = await tool.started()
      again.push(call.args[0] ?? '')
      call.exit(0)
    }
    const ended = await run.ended
    expect([order, again.toSorted().join(''), ended.code, tool.calls()]).toEqual([order, failing, 0, names.length + failing.length])
    const events = eventsOf(ended.stdout)
    expect(
      events
        .flatMap((event) => (event.type === 'retry.scheduled' ? [event.task] : []))
        .toSorted()
        .join(''),
    ).toBe(failing)
    expect(events.at(-1)).toMatchObject({ verdict: 'passed', counts: { passed: names.length, skipped: 2 } })
  }
})
