/** What the tests of the reporters share: a small plan, and stories told as events. */
import { expect } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Event, Happening } from '../../model/event.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Plan, Skip } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import { apply, newRun, type Run } from '../../model/run.ts'
import { plainTask } from '../../../test/plain-task.ts'
import { type Task, taskId } from '../../model/task.ts'
import { countsOf, verdictOf } from '../../model/tally.ts'
import { type Facts, newFacts, remember } from './facts.ts'
import type { Screen } from './screen.ts'

type Sketch = Partial<Omit<Task, 'id' | 'needs' | 'fixes'>> & {
  readonly needs?: readonly string[]
  readonly fixes?: readonly string[]
  readonly argv?: readonly string[]
}

export const startedAt = Date.UTC(2026, 10, 21, 10, 0, 0)

export function sampleTask(name: string, { needs = [], fixes = [], argv = [name, '.'], ...rest }: Sketch = {}): Task {
  const action = {
    kind: 'command',
    argv,
    whole: ['.'],
    cwd: '.',
    env: {},
    exits: { pass: [0], findings: 'other' },
    parser: 'gnu',
    failsOnOutput: false,
  } as const
  const more = { needs: needs.map(taskId), fixes: fixes.map(taskId), level: 1, action, timeoutMs: 60_000, reason: `${name}: detected` } as const
  return plainTask(name, { ...more, ...rest })
}

export function samplePlan(sketches: Readonly<Record<string, Sketch>>, skips: Readonly<Record<string, string>> = {}): Plan {
  const tasks = Object.entries(sketches).map(([name, sketch]) => sampleTask(name, sketch))
  const order = tasks.filter((task) => task.role === 'check')
  const planned = tasks.map(
    (task, rank) => [task.id, { task, rank, dependents: order.filter((other) => other.needs.includes(task.id)).map((other) => other.id) }] as const,
  )
  const left: Skip[] = Object.entries(skips).map(([name, reason]) => ({ task: taskId(name), stage: 'platform', reason }))
  return { tasks: new Map(planned), order: order.map((task) => task.id), skips: left, slots: new Map([['cpu', 2]]) }
}

export type Story = {
  readonly plan: Plan
  readonly run: Run
  readonly facts: Facts
  readonly events: Event[]
  /** Milliseconds since the run started. */
  at: number
  happens(happening: Happening): Story
  begins(options?: { expectedMs?: Readonly<Record<string, number>>; dryRun?: boolean; root?: string }): Story
  /** A task starts, really runs and ends. */
  runs(task: string, outcome: Outcome, during?: (attempt: string) => void): Story
  starts(task: string): Story
  reuses(task: string, run?: number, agoMs?: number): Story
  round(round: number): Story
  ends(savedMs?: number): Story
  /** Everything that happens from now on is told to this reporter too. */
  tell(reporter: Reporter): Story
}

export function story(plan: Plan): Story {
  const listeners: Reporter[] = []
  const attempts = new Map<string, number>()
  const self: Story = {
    plan,
    run: newRun(),
    facts: newFacts(),
    events: [],
    at: 0,
    happens(happening) {
      const event: Event = { ...happening, seq: self.events.length + 1, at: startedAt + self.at }
      self.events.push(event)
      apply(plan, self.run, event)
      remember(self.facts, event)
      for (const listener of listeners) listener.on(event, self.run, plan)
      return self
    },
    begins({ expectedMs = {}, dryRun = false, root = '/home/me/shop' } = {}) {
      const tasks = plan.order.flatMap((id) => {
        const task = plan.tasks.get(id)?.task
        const expected = expectedMs[id]
        return task === undefined
          ? []
          : [{ id, stage: task.stage, needs: task.needs, reason: task.reason, ...(expected === undefined ? {} : { expectedMs: expected }) }]
      })
      self.happens({
        type: 'run.started',
        run: 42,
        command: 'pawl',
        root,
        branch: 'main',
        commit: 'abc1234def5678',
        version: '0.1.0',
        dryRun,
        plan: { tasks, skips: plan.skips },
      })
      return self.happens({ type: 'round.opened', round: 1 })
    },
    starts(name) {
      attempts.set(name, (attempts.get(name) ?? 0) + 1)
      const attempt = attemptOf(name)
      self.happens({ type: 'attempt.started', attempt, task: taskId(name), round: self.run.round })
      const cause = { kind: plan.tasks.get(taskId(name))?.task.role === 'fix' ? ('fix' as const) : ('first' as const) }
      return self.happens({ type: 'attempt.missed', attempt, task: taskId(name), cause })
    },
    runs(name, outcome, during) {
      self.starts(name)
      during?.(attemptOf(name))
      self.at += 'durationMs' in outcome ? outcome.durationMs : 0
      return self.happens({ type: 'attempt.finished', attempt: attemptOf(name), task: taskId(name), round: self.run.round, outcome })
    },
    reuses(name, run = 41, agoMs = 125_000) {
      const reused = [{ task: taskId(name), run, at: startedAt + self.at - agoMs, savedMs: 4000 }]
      return self.happens({ type: 'tasks.reused', round: self.run.round, reused })
    },
    round: (round) => self.happens({ type: 'round.opened', round }),
    ends: (savedMs = 0) =>
      self.happens({ type: 'run.finished', verdict: verdictOf(plan, self.run), counts: countsOf(plan, self.run), durationMs: self.at, savedMs }),
    tell(reporter) {
      listeners.push(reporter)
      return self
    },
  }
  const attemptOf = (name: string): string => `${name}@${self.run.round}.${attempts.get(name) ?? 1}`
  return self
}

export const passed = (durationMs = 800): Outcome => ({ kind: 'passed', findings: [], durationMs })
export const found = (...messages: readonly string[]): Outcome => ({
  kind: 'failed',
  durationMs: 1100,
  exitCode: 1,
  summary: `${messages.length} findings`,
  findings: messages.map((message, i) => ({ file: 'src/a.ts', line: i + 1, column: 5, rule: 'no-unused', severity: 'error', message })),
})
export const missing = (what: string): Outcome => ({
  kind: 'errored',
  durationMs: 3,
  failure: { type: 'tool.missing', what, why: 'it is not in node_modules/.bin', kept: 'nothing was changed', hint: 'npm install' },
})
export const mended = (...paths: readonly string[]): Outcome => ({
  kind: 'passed',
  findings: [],
  durationMs: 300,
  mend: { files: paths.map((path) => ({ path, before: 'a', after: 'b' })), derived: [] },
})

/** One of every ending: the story that the golden texts tell. */
export function wholeStory(reporter?: Reporter): Story {
  const plan = samplePlan(
    {
      'node-version': { stage: 'environment', argv: ['node', '--version'] },
      eslint: { argv: ['npx', 'eslint', '{files}'] },
      prettier: { fixes: ['prettier:fix'], argv: ['npx', 'prettier', '--check', '.'] },
      'prettier:fix': { role: 'fix', argv: ['npx', 'prettier', '--write', '.'] },
      vitest: { argv: ['vitest', 'run'] },
      slow: {},
      e2e: { needs: ['vitest'] },
      spelling: { severity: 'advisory' },
    },
    { 'platform:macos': 'only on macos; this is linux' },
  )
  const told = story(plan)
  if (reporter !== undefined) told.tell(reporter)
  told.begins().reuses('node-version')
  told.runs('eslint', found('x is never used', 'y is never used'), (attempt) => reporter?.output?.(attempt, new TextEncoder().encode('eslint says\n')))
  told.runs('prettier', found('is not formatted')).runs('vitest', missing('vitest is not installed'))
  told.happens({ type: 'task.blocked', task: taskId('e2e'), round: 1, by: taskId('vitest') })
  told.runs('slow', { kind: 'timed-out', limitMs: 60_000, durationMs: 60_000 }).runs('spelling', found('teh'))
  told.runs('prettier:fix', mended('src/a.ts', 'src/b.ts')).round(2).reuses('node-version', 41)
  told.runs('eslint', found('x is never used', 'y is never used')).runs('prettier', passed(900)).runs('vitest', missing('vitest is not installed'))
  told.happens({ type: 'task.blocked', task: taskId('e2e'), round: 2, by: taskId('vitest') })
  told.runs('slow', { kind: 'timed-out', limitMs: 60_000, durationMs: 60_000 }).runs('spelling', found('teh'))
  return told.ends(41_000)
}

export type FakeScreen = Screen & { text: string; readonly writes: string[]; columns: number; rows: number }
export function fakeScreen(traits: Partial<Pick<Screen, 'colour' | 'live' | 'columns' | 'rows'>> = {}): FakeScreen {
  const screen: FakeScreen = {
    columns: 80,
    rows: 24,
    colour: false,
    live: false,
    ...traits,
    text: '',
    writes: [],
    write(text) {
      screen.writes.push(text)
      screen.text += text
    },
  }
  return screen
}

/** Compares with a file in golden/; PAWL_GOLDEN=write takes the text as the new golden one. */
export function expectGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, 'golden', name)
  if (process.env['PAWL_GOLDEN'] === 'write') writeFileSync(path, text)
  expect(text).toBe(readFileSync(path, 'utf8'))
}
