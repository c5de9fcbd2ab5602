/** What waits for critical checks, and that no circle ever comes of it. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { plainTask } from '../../test/plain-task.ts'
import { compile } from '../engine/compile.ts'
import { taskId, type Task } from '../model/task.ts'
import { afterCritical } from './after-critical.ts'

const stages = ['environment', 'dependencies', 'quality', 'platform']
const ids = (...names: readonly string[]): readonly Task['id'][] => names.map(taskId)
const critical = { security: 'critical' } as const

/** What each task waits for beyond what it says: "test: secrets". */
const waits = (tasks: readonly Task[]): readonly string[] =>
  afterCritical(tasks, stages).tasks.flatMap(({ id, guards = [] }) => (guards.length === 0 ? [] : [`${id}: ${guards.join(' ')}`]))

const rows: readonly (readonly [title: string, tasks: readonly Task[], waits: readonly string[]])[] = [
  [
    'a later stage waits',
    [plainTask('lock', { ...critical, stage: 'dependencies' }), plainTask('lint'), plainTask('wsl', { stage: 'platform' })],
    ['lint: lock', 'wsl: lock'],
  ],
  ['an earlier stage does not', [plainTask('node', { stage: 'environment' }), plainTask('lock', { ...critical, stage: 'dependencies' })], []],
  [
    'what is not fast waits for a fast one of its stage',
    [plainTask('secrets', critical), plainTask('lint'), plainTask('test', { fast: false })],
    ['test: secrets'],
  ],
  ['nothing of its stage waits for one that is not fast', [plainTask('secrets', { ...critical, fast: false }), plainTask('test', { fast: false })], []],
  ['high is not critical', [plainTask('bandit', { security: 'high' }), plainTask('test', { fast: false })], []],
  ['an advisory one stops nothing', [plainTask('audit', { ...critical, severity: 'advisory' }), plainTask('test', { fast: false })], []],
  ['a need that is written is none of these', [plainTask('secrets', critical), plainTask('test', { fast: false, needs: ids('secrets') })], []],
  ['critical ones wait for each other', [plainTask('lock', { ...critical, stage: 'dependencies' }), plainTask('secrets', critical)], ['secrets: lock']],
  ['one that is needed by it does not wait', [plainTask('build', { fast: false }), plainTask('secrets', { ...critical, needs: ids('build') })], []],
  [
    'nor does one that comes before it in any other way',
    [plainTask('build', { fast: false }), plainTask('scan', { after: ids('build') }), plainTask('secrets', { ...critical, needs: ids('scan') })],
    [],
  ],
  ['a fix waits for nothing', [plainTask('secrets', critical), plainTask('mend', { role: 'fix', fast: false })], []],
  ['stages that nobody ordered are apart', [plainTask('a', { ...critical, stage: 'one' }), plainTask('b', { stage: 'two', fast: false })], []],
]

test.each(rows)('%s', (_title, tasks, expected) => {
  expect(waits(tasks)).toEqual([...expected])
})

test('where needs run the other way it is said', () => {
  const { notes } = afterCritical([plainTask('build', { fast: false }), plainTask('secrets', { ...critical, needs: ids('build') })], stages)
  expect(notes).toEqual(['build does not wait for secrets, which is critical: secrets itself comes after it'])
})

const graph = fc.array(
  fc.record({ stage: fc.integer({ min: 0, max: 3 }), fast: fc.boolean(), critical: fc.boolean(), needs: fc.array(fc.nat(7)), after: fc.array(fc.nat(7)) }),
  { maxLength: 8 },
)

test('a plan that could be compiled can be compiled with it, and every need is still there', () => {
  fc.assert(
    fc.property(graph, fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), (nodes, places) => {
      // A node needs only what comes before it in some order that has nothing to do with stages.
      const earlier = (i: number, others: readonly number[]): readonly Task['id'][] =>
        ids(...new Set(others.filter((other) => other < nodes.length && (places[other] ?? 0) < (places[i] ?? 0)).map((other) => `t${other}`)))
      const tasks = nodes.map((node, i) =>
        plainTask(`t${i}`, {
          stage: stages[node.stage] ?? '',
          fast: node.fast,
          needs: earlier(i, node.needs),
          after: earlier(i, node.after),
          ...(node.critical ? critical : {}),
        }),
      )
      const guarded = afterCritical(tasks, stages).tasks
      const plan = compile({ tasks: guarded, skips: [], slots: new Map(), expectedMs: () => undefined })
      expect(plan.ok).toBe(nodes.length > 0)
      for (const [i, task] of tasks.entries()) expect(guarded[i]?.needs).toEqual(expect.arrayContaining([...task.needs]))
    }),
  )
})
