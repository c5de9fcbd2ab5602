/** Asks another pawl of this machine to end. */
import { hostname } from 'node:os'
import type { Holder } from '../model/lock.ts'
import { sendSignal } from './process-ending.ts'

/** As Ctrl-C would. The holder must have been read just now: then its process is the one that the record tells of. False: it cannot be reached from here. */
export function interrupt({ pid, host, state }: Holder): boolean {
  if (pid <= 0 || host !== hostname() || !sendSignal(pid, 'SIGINT')) return false
  // One that is stopped hears nothing before it goes on.
  if (state === 'stopped') sendSignal(pid, 'SIGCONT')
  return true
}
