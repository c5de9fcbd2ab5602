/** The plain view of a run of agents, told with a small story. */
import { expect, test } from 'bun:test'
import { plainTask } from '../../../test/plain-task.ts'
import type { Happening } from '../../model/event.ts'
import type { JobFact } from '../../model/job.ts'
import type { Plan } from '../../model/plan.ts'
import { taskId, type Task } from '../../model/task.ts'
import { jobsProgress } from './job-block.ts'
import { jobsPlain } from './jobs-plain.ts'
import type { Detail } from './plain.ts'
import { fakeScreen, passed, story, type Story } from './sample.test.ts'

const job = (name: string): Task =>
  plainTask(`work:${name}`, {
    role: 'work',
    action: {
      kind: 'job',
      prompt: { id: name, title: name, text: '', dependsOn: [], priority: 0, place: { file: `${name}.md` } },
      agent: { name: 'codex', kind: 'codex', argv: ['codex'], env: [], silenceMs: 1000 },
      budget: {},
      mendTurns: 3,
      isolation: 'linked',
      onto: 'pawl/integration',
    },
  })
const landing = (name: string): Task =>
  plainTask(`land:${name}`, {
    role: 'work',
    action: { kind: 'land', job: taskId(`work:${name}`), onto: 'pawl/integration' },
    needs: [taskId(`work:${name}`)],
    pool: 'land',
  })

function planOf(...names: readonly string[]): Plan {
  const tasks = [...names.map(job), ...names.map(landing)]
  const planned = tasks.map(
    (task, rank) => [task.id, { task, rank, dependents: tasks.filter(({ needs }) => needs.includes(task.id)).map(({ id }) => id) }] as const,
  )
  return {
    tasks: new Map(planned),
    order: tasks.map(({ id }) => id),
    skips: [],
    slots: new Map([
      ['cpu', 2],
      ['land', 1],
    ]),
  }
}

const fact = (name: string, what: JobFact, attempt = `work:${name}@1.1`): Happening => ({
  type: 'job.advanced',
  attempt,
  task: taskId(`work:${name}`),
  fact: what,
})
const lease = (name: string): JobFact => ({ kind: 'leased', lease: { branch: `pawl/${name}-42-ab12`, folder: `/w/${name}`, base: 'abc', isolation: 'linked' } })

/** alpha lands after a second turn; beta is held for a conflict with it; what it used nobody told. */
function tell(told: Story): void {
  told.begins()
  for (const name of ['alpha', 'beta'])
    told
      .starts(`work:${name}`)
      .happens(fact(name, lease(name)))
      .happens(fact(name, { kind: 'turn-begun', turn: 1, agent: 'codex', why: 'work' }))
  told.happens({ type: 'attempt.noted', attempt: 'work:alpha@1.1', task: taskId('work:alpha'), text: 'reads \x1b[2J' })
  told.at += 2000
  told.happens(fact('alpha', { kind: 'turn-ended', turn: 1, agent: 'codex', outcome: 'ok', spent: { timeMs: 2000, tokens: 1200, usd: 0.5 } }))
  told
    .happens(fact('alpha', { kind: 'judged', tree: 't', red: [taskId('lint')] }))
    .happens(fact('alpha', { kind: 'turn-begun', turn: 2, agent: 'codex', why: 'mend' }))
  told.happens(fact('beta', { kind: 'turn-ended', turn: 1, agent: 'codex', outcome: 'turns', why: 'its limit', spent: { timeMs: 2000 } }))
  told.happens(fact('beta', { kind: 'committed', commit: 'b'.repeat(40), tree: 't', files: 1 }))
  told.happens({ type: 'attempt.finished', attempt: 'work:beta@1.1', task: taskId('work:beta'), round: 1, outcome: passed(2000) })
  told.at += 2000
  told.happens(fact('alpha', { kind: 'turn-ended', turn: 2, agent: 'codex', outcome: 'ok', spent: { timeMs: 2000, tokens: 800, usd: 0.25 } }))
  told.happens(fact('alpha', { kind: 'committed', commit: 'a'.repeat(40), tree: 't', files: 2 }))
  told.happens({ type: 'attempt.finished', attempt: 'work:alpha@1.1', task: taskId('work:alpha'), round: 1, outcome: passed(4000) })
  told.starts('land:alpha')
  told.at += 1000
  told.happens(fact('alpha', { kind: 'judged-together', branches: 2, ran: 1, known: 3 }, 'land:alpha@1.1'))
  told.happens(fact('alpha', { kind: 'landed', commit: 'c'.repeat(40), onto: 'pawl/integration' }, 'land:alpha@1.1'))
  told.happens({ type: 'attempt.finished', attempt: 'land:alpha@1.1', task: taskId('land:alpha'), round: 1, outcome: passed(1000) })
  told.starts('land:beta')
  const held = { reason: 'conflict', why: 'it cannot be merged', beside: ['work:alpha'], files: ['src/a.ts'] } as const
  told.happens(fact('beta', { kind: 'held', held }, 'land:beta@1.1'))
  const outcome = { kind: 'failed', findings: [], summary: 'held', durationMs: 0 } as const
  told.happens({ type: 'attempt.finished', attempt: 'land:beta@1.1', task: taskId('land:beta'), round: 1, outcome })
  told.ends()
}

function shown(detail: Detail): string {
  const screen = fakeScreen()
  tell(story(planOf('alpha', 'beta')).tell(jobsPlain(screen, detail)))
  return screen.text
}

test('facts are told by the names of prompts, and the summary has a row for each and adds up', () => {
  expect(shown('normal').split('\n')).toEqual([
    'run 42: 2 prompts, at most 2 agents at a time; begins with pawl/integration at abc1234de',
    '✗ alpha  does not pass lint yet',
    '↻ alpha  turn 2 of codex, to mend what was found',
    '! beta  turn 1 ended: turns (its limit)',
    '✓ beta  passes; committed 1 file as bbbbbbbbb',
    '✓ alpha  passes; committed 2 files as aaaaaaaaa',
    '✓ alpha  landed as ccccccccc on pawl/integration',
    '✗ beta  held: conflict: it cannot be merged; beside alpha; in src/a.ts',
    '',
    'failed  2 prompts: 1 landed, 1 held; 5.0 s',
    '  ✓ alpha     landed as ccccccccc               codex  2 turns  2,000 tokens  0.75 USD  4.0 s',
    '  ✗ beta      held: conflict                    codex  1 turn   ? tokens      ? USD     2.0 s',
    '      it cannot be merged; beside alpha; in src/a.ts',
    '      git diff pawl/integration...pawl/beta-42-ab12',
    '    landing   1 check run, 3 known from before                                          1.0 s',
    '    together                                           3 turns  ? tokens      ? USD     7.0 s',
    'wall time 5.0 s; all tasks one after the other 7.0 s: 1.4 times as long',
    'longest chain 5.0 s (alpha → landing); beyond it 0 ms, with at most 2 agents at a time',
    'recovered by 1 turn to mend',
    'next: git log --oneline --graph abc1234de..pawl/integration  what landed',
    'next: git merge pawl/integration  takes it into your branch',
    'next: pawl retry  goes on with what is not done',
    '',
  ])
})

test('the quiet view tells what is held and how the run ended; notes are for the verbose one, and harmless', () => {
  expect(shown('quiet')).toBe('✗ beta  held: conflict: it cannot be merged; beside alpha; in src/a.ts\nfailed  2 prompts: 1 landed, 1 held; 5.0 s\n')
  expect(shown('normal')).not.toContain('reads')
  expect(shown('verbose')).toContain('  alpha: reads \\e[2J\n')
})

test('what was told again of an earlier run is neither shown nor counted', () => {
  const screen = fakeScreen()
  const told = story(planOf('alpha')).tell(jobsPlain(screen))
  const before = 'work:alpha@0.0'
  told.begins().happens(fact('alpha', { kind: 'turn-begun', turn: 1, agent: 'codex', why: 'work' }, before))
  told.happens(fact('alpha', { kind: 'turn-ended', turn: 1, agent: 'codex', outcome: 'crashed', spent: { timeMs: 9, tokens: 9 } }, before))
  told.runs('work:alpha', { kind: 'timed-out', limitMs: 3000, durationMs: 3000 })
  told.happens({ type: 'task.blocked', task: taskId('land:alpha'), round: 1, by: taskId('work:alpha') }).ends()
  expect(screen.text).not.toContain('crashed')
  expect(screen.text).toContain('\n⧗ alpha  timed out after 3.0 s\n\nnot all done  1 prompt: 1 timed out; 3.0 s\n  ✗ alpha')
  expect(screen.text).not.toContain('tokens')
})

test('the live block counts prompts, and names those that wait', () => {
  const told = story(planOf('alpha', 'beta', 'gamma'))
    .begins()
    .starts('work:alpha')
    .runs('work:beta', passed(10))
  expect(jobsProgress(told.plan, told.run)).toBe('1/3 prompts  1 waiting, next: gamma')
})
