/** Says what it means when the command that asks a service to end did not end well itself. */
import type { Failure } from '../model/failure.ts'
import type { Processes } from '../model/processes.ts'

/** Undefined: it has ended well. */
export function stopTrouble(name: string, argv: readonly string[], ended: Awaited<ReturnType<Processes['run']>>): Failure | undefined {
  if (ended.ok && ended.exit.kind === 'exited' && ended.exit.code === 0) return undefined
  const how = ended.ok ? (ended.exit.kind === 'timed-out' ? 'took too long' : 'failed') : 'could not be started'
  const why = ended.ok ? ended.exit.stderr.trim().split('\n').at(-1) : ended.failure.what
  return {
    type: 'service.unended',
    what: `nobody knows whether the service ${name} has ended: ${argv.join(' ')} ${how}`,
    ...(why === undefined || why === '' ? {} : { why }),
    hint: 'it is asked again before the next run; or end it yourself',
  }
}
