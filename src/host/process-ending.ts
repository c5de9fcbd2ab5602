/** The ladder that ends processes: TERM, a grace period, KILL until nothing is left. */

export type Prey = {
  /** Pids that still live. */
  left(): readonly number[]
  signal(name: 'SIGTERM' | 'SIGKILL'): void
}

/** Longest wait for the kernel to carry out a KILL: only a process that hangs in a system call takes longer. */
const killMs = 1500

/** Returns the pids that outlived even KILL. Comes back as soon as nothing is left. */
export async function endProcesses(prey: Prey, graceMs: number): Promise<readonly number[]> {
  prey.signal('SIGTERM')
  if (await noneLeft(prey, graceMs)) return []
  // KILL again after each look: what was started between the look and the signal is seen by the next one.
  await noneLeft(prey, killMs, () => prey.signal('SIGKILL'))
  return prey.left()
}

/** True as soon as nothing is left; false when `limitMs` have passed. */
export async function noneLeft(prey: Prey, limitMs: number, eachTime?: () => void): Promise<boolean> {
  const until = performance.now() + limitMs
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    eachTime?.()
    if (prey.left().length === 0) return true
    const restMs = until - performance.now()
    if (restMs <= 0) return false
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, restMs)))
  }
}

/** False when there is no such process (any more) or it is not ours to signal. A negative pid means its whole process group. */
export function sendSignal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw error
  }
}
