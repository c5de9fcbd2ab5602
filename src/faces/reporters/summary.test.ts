/** The summary of a run: truthful, adding up, and ending with what to type next. */
import { expect, test } from 'bun:test'
import type { Outcome } from '../../model/outcome.ts'
import { taskId } from '../../model/task.ts'
import { found, missing, passed, samplePlan, story, wholeStory } from './sample.test.ts'
import { summaryLines } from './summary.ts'
import type { Counts } from '../../model/verdict.ts'

const summaryOf = ({ plan, run, facts }: ReturnType<typeof story>): string[] => summaryLines(plan, run, facts)

test('the counts add up to the total', () => {
  const [first = ''] = summaryOf(wholeStory())
  const [, total, parts = ''] = /(\d+) checks: ([^;]+)/.exec(first) ?? []
  expect([...parts.matchAll(/\d+/g)].reduce((sum, [n]) => sum + Number(n), 0)).toBe(Number(total))
})

test('the summary names what failed, what was mended and what to type next', () => {
  expect(summaryOf(wholeStory()).slice(1)).toEqual([
    '  ✗ eslint  2 findings  1.1 s',
    '  ! vitest  errored: vitest is not installed',
    '  ⧗ slow  timed out after 1 m 00 s',
    '  - e2e  blocked by vitest',
    '  ✗ spelling  1 finding  1.1 s (advisory)',
    'mended 2 files: src/a.ts, src/b.ts (pawl undo takes it back)',
    'slowest: slow 1 m 00 s',
    'saved 41 s by reuse (the time these attempts took when they ran)',
    'next: pawl logs eslint  all that it printed',
    'next: pawl --only eslint  only this check',
  ])
})

test('each verdict has its own first words', () => {
  const firstOf = (outcome: Outcome, cancelled = false): string => {
    const told = story(samplePlan({ a: {} })).begins()
    if (cancelled) told.happens({ type: 'cancel.requested', reason: 'Ctrl-C' })
    return (summaryOf(told.runs('a', outcome).ends())[0] ?? '').split('  ')[0] ?? ''
  }
  expect(firstOf(passed())).toBe('passed')
  expect(firstOf(found('x'))).toBe('failed')
  expect(firstOf(missing('a is not installed'))).toBe('could not judge')
  expect(firstOf({ kind: 'cancelled', durationMs: 1 }, true)).toBe('cancelled')
  expect(firstOf({ kind: 'described', description: 'would run a' })).toBe('dry run: nothing was run')
})

test('a run that was cut off says so', () => {
  const told = story(samplePlan({ a: {}, b: {} }))
    .begins()
    .runs('a', passed())
  expect(summaryOf(told)).toEqual(['cut off: pawl was ended before the run was  2 checks: 1 passed, 1 lost', 'next: pawl  goes on: what passed is reused'])
})

test('a run where nothing ran never looks green, even when an event claims that it passed', () => {
  const told = story(samplePlan({ a: {} }, { b: 'not here' })).begins()
  const none: Counts = {
    passed: 0,
    fixed: 0,
    cached: 0,
    failed: 0,
    errored: 0,
    'timed-out': 0,
    skipped: 2,
    blocked: 0,
    cancelled: 0,
    lost: 0,
    described: 0,
    total: 2,
    findings: 0,
    advisory: 0,
  }
  told.happens({ type: 'run.finished', verdict: 'passed', counts: none, durationMs: 5, savedMs: 0 })
  expect(summaryOf(told)[0]).toBe('could not judge: nothing ran  2 checks: 2 skipped; 5 ms')
})

test('green ends with nothing to type, and advisory failures stay green but are seen', () => {
  expect(
    summaryOf(
      story(samplePlan({ a: {} }))
        .begins()
        .runs('a', passed(2000))
        .ends(),
    ),
  ).toEqual(['passed  1 check: 1 passed; 2.0 s'])
  const told = story(samplePlan({ a: {}, b: { severity: 'advisory' } }))
    .begins()
    .runs('a', passed())
    .runs('b', found('x'))
    .ends()
  expect(summaryOf(told)).toEqual(['passed  2 checks: 1 passed, 1 failed; 1 of these only advisory; 1 finding; 1.9 s', '  ✗ b  1 finding  1.1 s (advisory)'])
})

test('a task with a strange name is quoted where it is to be typed', () => {
  const told = story(samplePlan({ "it's $HOME": {} }))
    .begins()
    .runs("it's $HOME", found('x'))
    .ends()
  expect(summaryOf(told)).toContain("next: pawl logs 'it'\\''s $HOME'  all that it printed")
})

test('what a fix changed before it failed can be taken back too', () => {
  const told = story(samplePlan({ a: { fixes: ['f'] }, f: { role: 'fix' } }))
    .begins()
    .runs('a', found('x'))
  told
    .runs('f', {
      kind: 'failed',
      findings: [],
      durationMs: 1,
      summary: 's',
      mend: { files: [{ path: 'half.ts', before: 'a', after: 'b' }], derived: ['node_modules'] },
    })
    .ends()
  expect(summaryOf(told)).toContain('mended 1 file: half.ts (pawl undo takes it back)')
})

test('a fix that could not do its work is named, and the next step is its log', () => {
  const told = story(samplePlan({ 'npm:installed': { fixes: ['npm:installed:fix'] }, 'npm:installed:fix': { role: 'fix' } }))
  told.begins().runs('npm:installed', { kind: 'failed', findings: [], durationMs: 4, summary: 'node_modules is missing' })
  told.runs('npm:installed:fix', { kind: 'failed', findings: [], durationMs: 900, exitCode: 1, summary: 'exit code 1' }).ends()
  const text = summaryOf(told).join('\n')
  expect(text).toContain('    tried: ✗ npm:installed:fix  exit code 1  900 ms')
  expect(text).toContain('next: pawl logs npm:installed:fix')
})

test('the slowest and the heaviest tasks are named when time was spent; what was not measured is not', () => {
  const took = (durationMs: number, peakBytes?: number): Outcome => ({
    kind: 'passed',
    findings: [],
    durationMs,
    ...(peakBytes === undefined ? {} : { usage: { peakBytes } }),
  })
  const lines = (a: Outcome, b: Outcome): string[] =>
    summaryOf(
      story(samplePlan({ a: {}, b: {} }))
        .begins()
        .runs('a', a)
        .runs('b', b)
        .ends(),
    ).slice(1)
  expect(lines(took(9000, 2 ** 30), took(3000, 2 ** 20))).toEqual(['slowest: a 9.0 s, b 3.0 s; most memory: a 1.0 GiB'])
  expect(lines(took(9000), took(300))).toEqual(['slowest: a 9.0 s'])
  expect(lines(took(900, 2 ** 30), took(300))).toEqual([])
})

test('a check that a warm worker might have done is told of, whichever way it was done', () => {
  const green = { kind: 'passed', findings: [], durationMs: 1000 } as const
  const told = story(samplePlan({ eslint: {}, prettier: {}, tsc: {} }))
    .begins()
    .runs('eslint', { ...green, by: { kind: 'warm', calls: 2 } })
    .runs('prettier', { ...green, by: { kind: 'spawned', why: 'it loads a-plugin' } })
    .runs('tsc', green)
    .ends()
  const lines = summaryOf(told)
  expect(lines).toContain('done by warm workers: eslint')
  expect(lines).toContain('prettier was started anew, not done by a warm worker: it loads a-plugin')
})

test('what an agent used is told as far as it told it', () => {
  const told = story(samplePlan({ fix: { role: 'fix' }, a: { fixes: [taskId('fix')] } })).begins()
  const turn = { kind: 'passed', findings: [], durationMs: 1000 } as const
  told.runs('fix', { ...turn, spent: { timeMs: 61_000, tokens: 81_000, usd: 0.414 } }).runs('fix', { ...turn, spent: { timeMs: 1000, tokens: 500 } })
  expect(summaryOf(told.ends())).toContain('the agent used 1 m 02 s, 81,500 tokens in 2 turns')
})
