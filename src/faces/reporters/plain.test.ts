/** The plain view, told with a whole story and with small ones. */
import { expect, test } from 'bun:test'
import { taskId } from '../../model/task.ts'
import { type Detail, plainReporter } from './plain.ts'
import { expectGolden, fakeScreen, found, mended, missing, passed, samplePlan, story, type Story, wholeStory } from './sample.test.ts'

for (const detail of ['quiet', 'normal', 'verbose'] as const) {
  test(`a run with one of every ending looks like the golden text when it is ${detail}`, () => {
    const screen = fakeScreen()
    wholeStory(plainReporter(screen, detail))
    expectGolden(`plain-${detail}.txt`, screen.text)
  })
}

function shown(detail: Detail, plan: Parameters<typeof samplePlan>, tell: (story: Story, say: (attempt: string, text: string) => void) => void): string {
  const screen = fakeScreen()
  const reporter = plainReporter(screen, detail)
  tell(story(samplePlan(...plan)).tell(reporter), (attempt, text) => reporter.output?.(attempt, new TextEncoder().encode(text)))
  return screen.text
}

test('a quiet green run is one line', () => {
  expect(shown('quiet', [{ a: {}, b: {} }, { c: 'not here' }], (told) => told.begins().reuses('a').runs('b', passed(1200)).ends())).toBe(
    'passed  3 checks: 1 reused, 1 passed, 1 skipped; 1.2 s\n',
  )
})

test('what ran although it was proven once says why on its line', () => {
  const text = shown('normal', [{ a: {} }], (told) => {
    const cause = { kind: 'changed', run: 41, parts: [{ part: 'files', paths: ['src/a.ts'], more: 2 }] } as const
    told.begins().starts('a')
    told.happens({ type: 'attempt.missed', attempt: 'a@1.1', task: taskId('a'), cause })
    told.happens({ type: 'attempt.finished', attempt: 'a@1.1', task: taskId('a'), round: 1, outcome: passed(12) })
    return told.ends()
  })
  expect(text).toContain('✓ a  12 ms  src/a.ts and 2 more changed since run 41\n')
})

test('a tool that says nothing readable is shown with its last lines behind a bar', () => {
  const text = shown('normal', [{ a: {} }], (told, say) => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n')
    told
      .begins()
      .runs('a', { kind: 'failed', findings: [], durationMs: 50, exitCode: 3, summary: 'exit code 3' }, (attempt) =>
        say(attempt, `${lines}\n::error::x\n\x1b[2J\n`),
      )
      .ends()
  })
  expect(text).toContain('✗ a  exit code 3  50 ms\n  its last 20 lines of output; all: pawl logs a\n  │ line 12\n')
  expect(text).toContain('  │ line 29\n  │ \\x3a:error::x\n  │ \\e[2J\n  by hand: a .\n')
  expect(text).not.toContain('line 11\n')
})

test('at most 50 findings of a check are shown', () => {
  const text = shown('normal', [{ a: {} }], (told) =>
    told
      .begins()
      .runs('a', found(...Array.from({ length: 60 }, (_, i) => `m${i}`)))
      .ends(),
  )
  expect(text).toContain('m49\n  and 10 more: pawl logs a\n')
  expect(text).not.toContain('m50')
})

test('details of a check that a fix may mend wait until it is known that they stay', () => {
  const plan = [{ a: { fixes: ['fix'] }, fix: { role: 'fix' } }] as const satisfies Parameters<typeof samplePlan>
  const stays = shown('normal', [...plan], (told) =>
    told.begins().runs('a', found('bad')).runs('fix', mended('src/a.ts')).round(2).runs('a', found('bad')).ends(),
  )
  expect(stays.match(/src\/a\.ts:1:5 {2}no-unused {2}bad/g)?.length).toBe(1)
  expect(stays).toContain('\n✗ a  1 finding  1.1 s\n  src/a.ts:1:5  no-unused  bad\n  by hand: a .\n  to mend: fix .\n\nfailed  1 check: 1 failed; 1 finding;')
  const goes = shown('normal', [...plan], (told) => told.begins().runs('a', found('bad')).runs('fix', mended('src/a.ts')).round(2).runs('a', passed()).ends())
  expect(goes).not.toContain('no-unused')
})

test('what a refused or failed fix did is said', () => {
  const text = shown('normal', [{ a: { fixes: ['f', 'g'] }, f: { role: 'fix' }, g: { role: 'fix' } }], (told) =>
    told
      .begins()
      .runs('a', found('bad'))
      .runs('f', { kind: 'refused', reason: 'writes the lockfile; --fix=lock allows it' })
      .runs('g', {
        kind: 'failed',
        findings: [],
        durationMs: 9,
        summary: 'exit code 2',
        mend: { files: [{ path: 'x.ts', before: 'a', after: 'b' }], derived: [] },
      })
      .ends(),
  )
  expect(text).toContain('- f  refused: writes the lockfile; --fix=lock allows it\n✗ g  exit code 2  9 ms\n  mended 1 file: x.ts\n')
})

test('only the first twenty reused results are told one by one', () => {
  const names = Array.from({ length: 33 }, (_, i) => `c${i}`)
  const text = shown('normal', [Object.fromEntries(names.map((name) => [name, {}]))], (told) => {
    told.begins()
    for (const name of names) told.reuses(name)
    told.ends()
  })
  expect(text.match(/reused \(run 41/g)?.length).toBe(20)
  expect(text).toContain('✓ and 13 more reused\n\npassed  33 checks: 33 reused; 0 ms\n')
})

test('a try that is repeated is no failure yet', () => {
  const plan = [{ a: { retry: { times: 1, delayMs: 10, on: ['failed'] } } }] as const satisfies Parameters<typeof samplePlan>
  const text = shown('normal', [...plan], (told) => {
    told.begins().runs('a', found('flaky'))
    told.happens({ type: 'retry.scheduled', task: taskId('a'), round: 1, delayMs: 10 }).happens({ type: 'retry.waited', task: taskId('a'), round: 1 })
    told.runs('a', passed()).ends()
  })
  expect(text).toBe('✗ a  1 finding  1.1 s  ↻ trying again\n✓ a  800 ms\n\npassed  1 check: 1 passed; 1.9 s\n')
})

test('many skips for the same reason are one line', () => {
  const skips = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`s${i}`, 'left out by --only']))
  const text = shown('normal', [{ a: {} }, { ...skips, mac: 'only on macos' }], (told) => told.begins())
  expect(text).toBe('- 8 checks  skipped: left out by --only (s0, s1, s2, s3, s4 and 3 more)\n- mac  skipped: only on macos\n')
})

test('notes, waiting for the lock and cancelling are told', () => {
  const text = shown('normal', [{ a: {} }], (told) => {
    told.begins().happens({ type: 'lock.acquired', waitedMs: 3100 })
    told.happens({ type: 'failure.noted', failure: { type: 'cache.damaged', what: 'a stored result was damaged', kept: 'it was set aside' } })
    told.starts('a').happens({ type: 'cancel.requested', reason: 'Ctrl-C' })
  })
  expect(text).toBe('waited 3.1 s for another run\n! a stored result was damaged\n  kept: it was set aside\ncancelling (Ctrl-C): waiting for 1 task to end\n')
})

test('names from the configuration cannot act on the terminal', () => {
  const text = shown('verbose', [{ 'a\x1b[2J\n::x': { argv: ['a\x1b', '\n'] } }], (told) => told.begins().runs('a\x1b[2J\n::x', missing('b\x07')).ends())
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]|^\s*::/m)
})

test('the verbose view tells what a task took and when fewer tasks run at a time', () => {
  const tell = (told: Story): void => {
    told.begins().happens({ type: 'slots.changed', pool: 'cpu', slots: 1, reason: 'memory is short' })
    told.runs('a', { kind: 'failed', findings: [], durationMs: 5, summary: 'x', usage: { cpuMs: 4100, peakBytes: 3 * 2 ** 20 } }).ends()
  }
  const verbose = shown('verbose', [{ a: {} }], tell)
  expect(verbose).toContain('one task at a time: memory is short\n')
  expect(verbose).toContain('  took 4.1 s of processor time, 3.0 MiB of memory\n')
  expect(shown('normal', [{ a: {} }], tell)).not.toContain('at a time')
})
