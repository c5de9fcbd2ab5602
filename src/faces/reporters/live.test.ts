/** The live view on a small terminal of our own, with time and ticks in the hand of the test. */
import { expect, test } from 'bun:test'
import type { Reporter } from '../../model/reporter.ts'
import { liveReporter } from './live.ts'
import { type FakeScreen, fakeScreen, found, passed, samplePlan, startedAt, story, type Story } from './sample.test.ts'

/** Understands what the live view writes: text, line breaks, cursor up, clear below, cursor on and off. */
function terminal(writes: readonly string[], columns: number): { lines: string[]; cursorShown: boolean } {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  let cursorShown = true
  for (const [, up, sequence, char] of writes.join('').matchAll(/\x1b\[(\d+)A|\x1b\[([?\d]*[a-zA-Z])|([\s\S])/gu)) {
    if (up !== undefined) row = Math.max(0, row - Number(up))
    else if (sequence === 'J') lines.splice(row, lines.length, (lines[row] ?? '').slice(0, column))
    else if (sequence === '?25l' || sequence === '?25h') cursorShown = sequence === '?25h'
    else if (sequence !== undefined) continue
    else if (char === '\r') column = 0
    else if (char === '\n') [row, column] = [row + 1, 0]
    else {
      if (column === columns) [row, column] = [row + 1, 0]
      lines[row] = (lines[row] ?? '').padEnd(column).slice(0, column) + (char ?? '')
      column += 1
    }
    lines[row] ??= ''
  }
  return { lines: lines.map((line) => line.trimEnd()), cursorShown }
}

type Stage = {
  readonly screen: FakeScreen
  readonly told: Story
  readonly reporter: Reporter
  readonly tick: (afterMs: number) => string[]
  readonly lines: () => string[]
  readonly exits: (() => void)[]
  readonly ticking: () => boolean
}

function stage(plan: Parameters<typeof samplePlan>, traits: Parameters<typeof fakeScreen>[0] = {}): Stage {
  const screen = fakeScreen({ live: true, columns: 60, rows: 12, ...traits })
  const told = story(samplePlan(...plan))
  const exits: (() => void)[] = []
  let onTick: (() => void) | undefined
  const ticker = (_everyMs: number, tick: () => void) => {
    onTick = tick
    return () => void (onTick = undefined)
  }
  const atExit = (last: () => void) => {
    exits.push(last)
    return () => void exits.splice(exits.indexOf(last), 1)
  }
  const reporter = liveReporter(screen, { now: () => startedAt + told.at, ticker, atExit })
  told.tell(reporter)
  const lines = (): string[] => terminal(screen.writes, screen.columns).lines.slice(0, -1)
  return {
    screen,
    told,
    reporter,
    exits,
    lines,
    ticking: () => onTick !== undefined,
    tick(afterMs) {
      told.at += afterMs
      onTick?.()
      return lines()
    },
  }
}

const say = (reporter: Reporter, attempt: string, text: string): void => reporter.output?.(attempt, new TextEncoder().encode(text))

test('the block shows what runs, what it says after two seconds, and how far the run is', () => {
  const { told, tick, reporter } = stage([{ eslint: {}, vitest: {}, tsc: { needs: ['vitest'] }, knip: {} }])
  told
    .begins({ expectedMs: { eslint: 2000, vitest: 9000, tsc: 12_000, knip: 100 } })
    .starts('eslint')
    .starts('vitest')
  say(reporter, 'vitest@1.1', 'first\n 12 tests \x1b[32mpassed\x1b[0m\r 13 tests\n')
  expect(tick(500)).toEqual(['▸ eslint  0 s', '▸ vitest  0 s', '  0/4  2 waiting, next: knip  about 20 s left'])
  expect(tick(2500)).toEqual(['▸ eslint  3 s', '▸ vitest  3 s', '  13 tests', '  0/4  2 waiting, next: knip  about 18 s left'])
})

test('finished tasks scroll by above the block, and the summary takes its place', () => {
  const { told, tick, screen } = stage([{ eslint: {}, vitest: {} }])
  told.begins().starts('vitest').runs('eslint', found('x is unused'))
  expect(tick(1000)).toEqual(['✗ eslint  1 finding  1.1 s', '  src/a.ts:1:5  no-unused  x is unused', '  by hand: eslint .', '▸ vitest  2 s', '  1/2'])
  told.runs('vitest', passed(5000)).ends()
  const after = terminal(screen.writes, screen.columns)
  expect(after.lines.slice(0, 6)).toEqual([
    '✗ eslint  1 finding  1.1 s',
    '  src/a.ts:1:5  no-unused  x is unused',
    '  by hand: eslint .',
    '✓ vitest  5.0 s',
    '',
    'failed  2 checks: 1 passed, 1 failed; 1 finding; 7.1 s',
  ])
  expect(after.cursorShown).toBe(true)
})

test('nothing is written when there is nothing new', () => {
  const { told, tick, screen } = stage([{ a: {}, b: {} }])
  told.begins().starts('a')
  tick(3000)
  const writes = screen.writes.length
  for (let i = 0; i < 9; i++) tick(100)
  expect(screen.writes.length).toBe(writes)
  tick(100)
  expect(screen.writes.length).toBe(writes + 1)
})

test('a run that is over at once draws no block and leaves the cursor alone', () => {
  const { told, screen, tick, ticking } = stage([{ a: {} }])
  told.begins().reuses('a')
  tick(100)
  told.ends()
  expect(screen.text).toBe('✓ a  reused (run 41, 2 m ago)\n\npassed  1 check: 1 reused; 100 ms\n')
  expect(ticking()).toBe(false)
})

test('the block is never taller or wider than the terminal', () => {
  const names = Array.from({ length: 30 }, (_, i) => `a-rather-long-name-${i}-漢字漢字漢字`)
  for (const rows of [1, 2, 3, 5, 12, 40]) {
    for (const columns of [8, 20, 33, 80]) {
      const { told, tick, reporter } = stage([Object.fromEntries(names.map((name) => [name, {}]))], { rows, columns })
      told.begins()
      for (const name of names) {
        told.starts(name)
        say(reporter, `${name}@1.1`, `${'output '.repeat(30)}\n`)
      }
      const lines = tick(3000)
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1))
      for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThan(columns)
    }
  }
})

test('a terminal that becomes narrower keeps no traces of the old block', () => {
  const { told, tick, screen } = stage([{ 'a-rather-long-name': {}, 'another-long-name': {} }], { columns: 60 })
  told.begins().starts('a-rather-long-name').starts('another-long-name')
  tick(1000)
  const [block = ''] = screen.writes.splice(0)
  screen.columns = 10
  tick(1000)
  // The terminal has broken the lines of the old block: it now looks as if it had been written at the new width.
  screen.writes.unshift(block)
  expect(terminal(screen.writes, 10).lines).toEqual(['▸ a-rath…', '▸ anothe…', '  0/2', ''])
})

test('the cursor comes back when the process ends without a word, and when closing after an error', async () => {
  const first = stage([{ a: {} }])
  first.told.begins().starts('a')
  first.tick(1000)
  expect(terminal(first.screen.writes, 60).cursorShown).toBe(false)
  for (const exit of first.exits) exit()
  expect(terminal(first.screen.writes, 60).cursorShown).toBe(true)

  const second = stage([{ a: {} }])
  second.told.begins().starts('a')
  second.tick(1000)
  await second.reporter.close?.()
  await second.reporter.close?.()
  expect(terminal(second.screen.writes, 60)).toEqual({ lines: [''], cursorShown: true })
  expect(second.ticking()).toBe(false)
  expect(second.exits).toEqual([])
})

test('an error while drawing ends the live view, gives the cursor back and is told at the next event', () => {
  const { told, tick, screen, reporter } = stage([{ a: {}, b: {} }])
  told.begins().starts('a')
  tick(1000)
  const { columns } = screen
  Object.defineProperty(screen, 'rows', {
    get() {
      throw new Error('no size')
    },
  })
  tick(1000)
  expect(terminal(screen.writes, columns).cursorShown).toBe(true)
  expect(() => told.starts('b')).toThrow('no size')
  expect(reporter.name).toBe('live')
})
