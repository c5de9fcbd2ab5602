/** Interim: does the checks that are built into pawl. */
import type { Clock } from '../model/clock.ts'
import type { AttemptContext, Executor } from '../model/executor.ts'
import type { BuiltinAction, Task } from '../model/task.ts'
import type { Builtin, BuiltinWorld } from './builtin.ts'

export function builtinExecutor(builtins: Readonly<Record<string, Builtin>>, world: (context: AttemptContext, task: Task) => BuiltinWorld, clock: Clock): Executor<BuiltinAction> {
  return {
    perform: async (task, context) => {
      const builtin = builtins[task.action.name]
      if (builtin === undefined) return { kind: 'errored', durationMs: 0, failure: { type: 'pawl.bug', what: `no builtin ${task.action.name}` } }
      const at = clock.elapsed()
      const judged = await builtin(task.action.with, world(context, task))
      const durationMs = clock.elapsed() - at
      if ('failure' in judged) return { kind: 'errored', failure: judged.failure, durationMs }
      return judged.findings.length === 0 ? { kind: 'passed', findings: [], durationMs } : { kind: 'failed', findings: judged.findings, durationMs, summary: judged.summary }
    },
    describe: (task) => `built-in check ${task.action.name}`,
  }
}
