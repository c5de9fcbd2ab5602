/** A plan of many tasks whose attempts cost nothing: what remains is the time of the engine itself. */
import { compile } from '../../src/engine/compile.ts'
import { execute } from '../../src/engine/run.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import type { Plan } from '../../src/model/plan.ts'
import { taskId } from '../../src/model/task.ts'
import { plainTask } from '../plain-task.ts'

/** A tenth of the tasks start at once; every other one needs two earlier ones. */
export function wide(count: number): Plan {
  const roots = count / 10
  const tasks = Array.from({ length: count }, (_, i) => ({
    ...plainTask(`t${i}`),
    needs: i < roots ? [] : [taskId(`t${i % roots}`), taskId(`t${Math.floor(i / 2)}`)],
  }))
  const compiled = compile({ tasks, skips: [], slots: new Map([['cpu', 8]]), expectedMs: () => undefined })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.failures))
  return compiled.value
}

/** Processor seconds of this process from the first decision to the verdict. */
export async function engineSeconds(plan: Plan): Promise<number> {
  const before = process.cpuUsage()
  const run = await execute(
    plan,
    { rounds: 1, failFast: false, fixLevel: -1 },
    { run: 1, command: 'check', root: '/', version: '0', dryRun: false, plan: { tasks: [], skips: [] } },
    [],
    {
      clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
      cancellation: newCancellation(),
      record: () => undefined,
      attempt: async () => ({ kind: 'passed', findings: [], durationMs: 0 }),
      roundOpened: () => undefined,
    },
  )
  if (run.verdict !== 'passed') throw new Error(`the run ended as ${run.verdict}`)
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 1e6
}
