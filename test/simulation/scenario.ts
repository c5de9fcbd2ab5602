/** A Scenario is a random plan over a little world of faults: what each check complains of, what each fix mends or breaks. */
import { compile } from '../../src/engine/compile.ts'
import type { Limits, Plan } from '../../src/model/plan.ts'
import type { Pressure } from '../../src/model/pressure.ts'
import { taskId, type Task, type TaskId } from '../../src/model/task.ts'
import { plainTask } from '../plain-task.ts'
import type { Dice } from './dice.ts'

export type Scenario = {
  readonly plan: Plan
  readonly limits: Limits
  /** Faults that are in the world at the start. */
  readonly faults: ReadonlySet<string>
  /** A check fails while one of these is in the world. */
  readonly complains: ReadonlyMap<TaskId, readonly string[]>
  readonly fixes: ReadonlyMap<TaskId, SceneFix>
  /** A check whose first tries in a round end badly, and how. */
  readonly flaky: ReadonlyMap<TaskId, { readonly tries: number; readonly ending: 'errored' | 'timed-out' }>
}

/** `oneByOne`: each try mends only the first of its faults that is there, as an agent may that gets on a little in each turn. */
export type SceneFix = {
  readonly mends: readonly string[]
  readonly breaks: readonly string[]
  readonly ending: 'passed' | 'failed' | 'refused'
  readonly oneByOne?: true
}

export function scenario(random: Dice): Scenario {
  const count = 1 + random.roll(12)
  const pools = ['cpu', 'db']
  const faultNames = ['a', 'b', 'c', 'd', 'e']
  const checks = Array.from({ length: count }, (_, i) => check(i, random, pools))
  const complains = new Map(checks.map((task) => [task.id, faultNames.filter(() => random.chance(0.3))]))
  const fixTasks: Task[] = []
  const fixes = new Map<TaskId, SceneFix>()
  const agent = random.chance(0.4) ? taskId('agent') : undefined
  if (agent !== undefined) {
    fixTasks.push({ ...plainTask(agent), role: 'fix', level: 1, late: true, mostTries: 1 + random.roll(4) })
    fixes.set(agent, {
      mends: faultNames.filter(() => random.chance(0.7)),
      breaks: [],
      ending: random.pick(['passed', 'passed', 'failed', 'refused'] as const),
      oneByOne: true,
    })
  }
  const withFixes = checks.map((task) => {
    const ids = Array.from({ length: random.roll(3) }, (_, n) => taskId(`${task.id}:fix${n}`))
    for (const id of ids) {
      fixTasks.push({ ...plainTask(id), role: 'fix', level: random.pick([0, 1, 1, 2] as const) })
      const mends = (complains.get(task.id) ?? []).filter(() => random.chance(0.8))
      const breaks = random.chance(0.05) ? [random.pick(faultNames)] : []
      fixes.set(id, { mends, breaks, ending: random.pick(['passed', 'passed', 'passed', 'failed', 'refused'] as const) })
    }
    return { ...task, fixes: agent !== undefined && random.chance(0.7) ? [...ids, agent] : ids }
  })
  const flaky = new Map<TaskId, { tries: number; ending: 'errored' | 'timed-out' }>()
  for (const task of checks) if (random.chance(0.15)) flaky.set(task.id, { tries: 1 + random.roll(2), ending: random.pick(['errored', 'timed-out'] as const) })
  const slots = new Map([
    ['cpu', 1 + random.roll(3)],
    ['db', 1],
  ])
  const bytes = new Map(checks.flatMap((task, i) => (i % 3 === 0 ? [[task.id, (i + 1) * 300 * 1024 ** 2] as const] : [])))
  const compiled = compile({ tasks: [...withFixes, ...fixTasks], skips: [], slots, expectedMs: () => undefined, expectedBytes: (id) => bytes.get(id) })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.failures))
  return {
    plan: compiled.value,
    limits: { rounds: 1 + random.roll(5), failFast: random.chance(0.15), fixLevel: random.pick([-1, 0, 1, 1, 1, 2]) },
    faults: new Set(faultNames.filter(() => random.chance(0.3))),
    complains,
    fixes,
    flaky,
  }
}

function check(i: number, random: Dice, pools: readonly string[]): Task {
  const earlier = Array.from({ length: i }, (_, n) => taskId(`t${n}`))
  return {
    ...plainTask(`t${i}`),
    needs: earlier.filter(() => random.chance(0.2)),
    after: earlier.filter(() => random.chance(0.1)),
    pool: random.chance(0.2) ? random.pick(pools) : 'cpu',
    weight: random.chance(0.1) ? 2 : 1,
    mutexes: random.chance(0.15) ? ['port'] : [],
    priority: random.chance(0.2) ? random.roll(5) : 0,
    severity: random.chance(0.15) ? 'advisory' : 'required',
    retry: random.chance(0.2) ? { times: 1 + random.roll(2), delayMs: 10, on: ['errored', 'timed-out'] } : { times: 0, delayMs: 0, on: [] },
  }
}

/** A machine that is at ease, busy, tight or nearly out of memory, and changes between two looks. */
export function weather(random: Dice): () => Pressure {
  const totalBytes = 8 * 1024 ** 3
  let availableBytes = totalBytes
  return () => {
    if (random.chance(0.4)) availableBytes = Math.floor(random.pick([0.01, 0.04, 0.08, 0.15, 0.3, 0.9]) * totalBytes)
    return { availableBytes, totalBytes, processors: 2, cpuStall: random.pick([0, 0, 70, 95]), load: random.pick([0, 1, 7, 40]) }
  }
}
