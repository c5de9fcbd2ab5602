/** A LiveTree is what is seen of all processes of an attempt at one moment. */

export type LiveTree = {
  /** The oldest process of the tree, besides what pawl itself puts above it. */
  readonly pid: number
  readonly processes: number
  readonly threads: number
  /** Processor time of all that live and all that they waited for, milliseconds. */
  readonly cpuMs: number
  readonly bytes: number
  /** Of the memory of the machine, 0 to 1. */
  readonly share: number
  /** As the kernel tells of the oldest process. `stopped`: somebody has sent STOP, so it cannot go on. */
  readonly state: 'running' | 'sleeping' | 'waiting' | 'stopped'
  /** When the oldest process began, epoch milliseconds. */
  readonly since: number
}
