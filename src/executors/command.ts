/** Interim: does attempts of commands. */
import type { Executor } from '../model/executor.ts'
import type { Processes } from '../model/processes.ts'
import type { CommandAction, Task } from '../model/task.ts'
import type { Finding } from '../model/finding.ts'

export function commandExecutor(world: { processes: Processes; root: string; environmentFor(task: Task, cwd: string): Readonly<Record<string, string>> }): Executor<CommandAction> {
  return {
    perform: async (task, context) => {
      const { action } = task
      const cwd = action.cwd === '.' ? world.root : `${world.root}/${action.cwd}`
      const argv = action.argv.flatMap((a) => (a === '{files}' ? (context.files ?? action.whole) : [a]))
      const env = { ...world.environmentFor(task, cwd), ...action.env }
      if (world.processes.find(argv[0] ?? '', env, cwd) === undefined) return { kind: 'errored', durationMs: 0, failure: { type: 'tool.missing', what: `${argv[0]} is not installed`, ...(action.install === undefined ? {} : { hint: action.install }) } }
      const ran = await world.processes.run({ argv, cwd, env, timeoutMs: task.timeoutMs, tag: context.tag, cancellation: context.cancellation, onOutput: (chunk) => context.output(chunk) })
      if (!ran.ok) return { kind: 'errored', durationMs: 0, failure: ran.failure }
      const { exit } = ran
      if (exit.kind === 'timed-out' || exit.kind === 'silent') return { kind: 'timed-out', limitMs: task.timeoutMs, durationMs: exit.durationMs }
      if (exit.kind === 'cancelled') return { kind: 'cancelled', durationMs: exit.durationMs }
      const text = exit.stdout + exit.stderr
      if (action.exits.pass.includes(exit.code ?? -1) && !(action.failsOnOutput && text !== '')) return { kind: 'passed', findings: [], durationMs: exit.durationMs }
      const findings: Finding[] = [{ severity: 'error', rule: 'unparsed', message: text.split('\n').slice(-20).join('\n') }]
      return { kind: 'failed', findings, durationMs: exit.durationMs, summary: `exit code ${exit.code}` }
    },
    describe: (task, files) => task.action.argv.flatMap((a) => (a === '{files}' ? (files ?? task.action.whole) : [a])).join(' '),
  }
}
