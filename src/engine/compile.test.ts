/** From declared tasks to a plan, or every reason why there is none. */
import { expect, test } from 'bun:test'
import { taskId, type Task, type TaskId } from '../model/task.ts'
import { plainTask } from '../../test/plain-task.ts'
import { compile } from './compile.ts'

const task = (id: string, needs: string[] = [], more: Partial<Task> = {}): Task => ({ ...plainTask(id), needs: needs.map(taskId), ...more })
const wish = (tasks: readonly Task[], expected: Record<string, number> = {}) => ({
  tasks,
  skips: [],
  slots: new Map([['cpu', 2]]),
  expectedMs: (id: TaskId) => expected[id],
})

function order(tasks: readonly Task[], expected: Record<string, number> = {}): string[] {
  const plan = compile(wish(tasks, expected))
  if (!plan.ok) throw new Error(JSON.stringify(plan.failures))
  return [...plan.value.tasks]
    .filter(([, planned]) => planned.task.role === 'check')
    .sort((a, b) => a[1].rank - b[1].rank)
    .map(([id]) => id)
}

function refused(tasks: readonly Task[]): string[] {
  const plan = compile(wish(tasks))
  return plan.ok ? [] : plan.failures.map((failure) => `${failure.type}: ${failure.what}${failure.hint === undefined ? '' : ` (${failure.hint})`}`)
}

test('an empty plan is a failure, not a success', () => expect(refused([])[0]).toStartWith('plan.empty: there is nothing to check'))

test('the longest remaining path goes first', () => {
  expect(order([task('a'), task('b'), task('c', ['b'])])).toEqual(['b', 'a', 'c'])
  expect(order([task('quick'), task('slow')], { quick: 10, slow: 5000 })).toEqual(['slow', 'quick'])
})

test('priority goes before length, ties keep the order of declaration', () => {
  expect(order([task('a'), task('b'), task('c', [], { priority: 1 })])).toEqual(['c', 'a', 'b'])
})

test('an unknown need is named with what was probably meant', () => {
  expect(refused([task('build'), task('test', ['biuld'])])).toEqual(["config.unknown-task: 'test' names 'biuld', which is not a task (Did you mean 'build'?)"])
})

test('a circle is shown as a circle', () => {
  expect(refused([task('a', ['c']), task('b', ['a']), task('c', ['b']), task('d')])).toEqual([
    'config.cycle: tasks need each other in a circle: a → c → b → a (Remove one of these needs.)',
  ])
})

test('needing a fix is refused: it may never run', () => {
  expect(refused([task('a', ['a:fix']), task('a:fix', [], { role: 'fix' })])[0]).toContain("'a' needs 'a:fix', which is a fix")
})

test('a name that is there twice is refused', () => expect(refused([task('a'), task('a')])[0]).toBe("config.invalid: two tasks are named 'a'"))

test('a weight larger than the pool takes the whole pool instead of waiting for ever', () => {
  const plan = compile(wish([task('a', [], { weight: 9 })]))
  expect(plan.ok && plan.value.tasks.get(taskId('a'))?.task.weight).toBe(2)
})

const fixOf = (id: string, more: Partial<Task> = {}): Task => task(`${id}:fix`, [], { role: 'fix', level: 1, ...more })
const first = (fixLevel: number): string[] => {
  const tasks = [task('format', [], { fixes: [taskId('format:fix')] }), fixOf('format'), task('build'), task('test', ['build']), task('types')]
  const plan = compile({ ...wish(tasks, { format: 400, build: 3000, test: 9000, types: 10_000 }), fixLevel })
  if (!plan.ok) throw new Error(JSON.stringify(plan.failures))
  return plan.value.order.toSorted((a, b) => (plan.value.tasks.get(a)?.rank ?? 0) - (plan.value.tasks.get(b)?.rank ?? 0))
}

test('with history the start of the longest chain goes first, before a task that is longer than each of its links', () =>
  expect(first(-1)).toEqual(['build', 'types', 'test', 'format']))

test('what may be mended goes before the longest chain, but only where its fix may run', () => {
  expect(first(1)).toEqual(['format', 'build', 'types', 'test'])
  expect(first(0)).toEqual(['build', 'types', 'test', 'format'])
})

test('the memory that a task took lately is part of the plan; where it is not known, nothing is', () => {
  const plan = compile({ ...wish([task('a'), task('b')]), expectedBytes: (id) => (id === 'a' ? 4096 : undefined) })
  expect(plan.ok && [...plan.value.tasks.values()].map((planned) => planned.expectedBytes)).toEqual([4096, undefined])
})

test('ten times the tasks cost about ten times the work', () => {
  const tasks = (count: number): Task[] => Array.from({ length: count }, (_, i) => task(`t${i}`, i < 100 ? [] : [`t${i % 100}`, `t${i >> 1}`]))
  const seconds = (count: number): number => {
    const all = tasks(count)
    const times = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage()
      compile(wish(all))
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1e6
    })
    return Math.min(...times)
  }
  seconds(1000)
  // Quadratic work would take a hundred times as long.
  expect(seconds(10_000)).toBeLessThan(Math.max(0.02, seconds(1000)) * 30)
})
