/** What a call of a tool comes to that prints this and ends with this code: of the executor of commands, without a process. */
import { commandExecutor } from '../src/executors/command.ts'
import { newCancellation } from '../src/model/cancellation.ts'
import type { Outcome } from '../src/model/outcome.ts'
import type { Processes } from '../src/model/processes.ts'
import type { ParserName } from '../src/model/task.ts'
import { plainTask } from './plain-task.ts'

export function outcomeOf(parser: ParserName, code: number, stdout: string, stderr = ''): Promise<Outcome> {
  const processes: Processes = {
    find: (program) => `/bin/${program}`,
    run: (spec) => {
      if (stdout !== '') spec.onOutput?.(Buffer.from(stdout), 'stdout')
      if (stderr !== '') spec.onOutput?.(Buffer.from(stderr), 'stderr')
      return Promise.resolve({ ok: true, exit: { kind: 'exited', code, durationMs: 1, stdout, stderr, cut: false } })
    },
  }
  const action = { kind: 'command', argv: ['scan'], whole: [], cwd: '.', env: {}, exits: { pass: [0], findings: [1] }, parser, failsOnOutput: false } as const
  const executor = commandExecutor({ processes, root: '/repo', environmentFor: () => ({}) })
  return executor.perform(
    { ...plainTask('scan', { level: 1 }), action },
    { attempt: 'scan@1.1', run: 1, tag: 'tag', cancellation: newCancellation(), output: () => undefined },
  )
}
