/** Finds what was started after a given process, by the number of the process alone: the kernel counts upwards and begins again at its limit. */
import { existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'

export type Born = {
  /** Numbers of processes and threads that may still live. When there are none, nothing was left at one single moment. */
  readonly living: readonly number[]
  /** Whether a number was given after that of the process. */
  has(pid: number): boolean
}

/**
 * What began after process `pid`, which began at `bornMs` of performance.now() or later.
 * Undefined: cannot be told, for so much time has passed that the count may have come round.
 */
export function bornAfter(pid: number, bornMs: number): Born | undefined {
  const limit = largestPid()
  if (limit === undefined || performance.now() - bornMs > limit * fastestStartMs) return undefined
  const found: number[] = []
  let from = pid
  for (let looks = 0; looks < mostLooks; looks++) {
    const last = lastPid()
    if (last === undefined) return undefined
    // Nothing was started since the last look; so what it found is all there was.
    if (last === from) return { living: found, has: between(pid, last) }
    found.push(...livingBetween(from, last, limit))
    from = last
  }
  return undefined
}

/** No machine starts processes or threads faster than this, however many processors it has: one lock guards the count. */
const fastestStartMs = 0.002
/** On a machine that starts something all the time there is no still moment. */
const mostLooks = 16
/** Up to here it is cheaper to ask for each than to list all. */
const fewNumbers = 64

/** `after` excluded, `last` included. */
function livingBetween(after: number, last: number, limit: number): readonly number[] {
  const count = last > after ? last - after : limit - after + last
  if (count > fewNumbers) return listed().filter(between(after, last))
  const found: number[] = []
  for (let step = 1; step <= count; step++) {
    const pid = after + step < limit ? after + step : after + step - limit
    if (pid > 0 && existsSync(`/proc/${pid}`)) found.push(pid)
  }
  return found
}

const between =
  (after: number, last: number) =>
  (pid: number): boolean =>
    last >= after ? pid > after && pid <= last : pid > after || pid <= last

const listed = (): readonly number[] => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))

let limitRead: number | undefined | null = null

function largestPid(): number | undefined {
  if (limitRead === null) limitRead = numberIn(() => readFileSync('/proc/sys/kernel/pid_max', 'utf8'))
  return limitRead
}

let descriptor: number | undefined
const shared = Buffer.alloc(32)

/** The number that was given last, in our namespace: what begins later has a later one. Undefined: the kernel does not say. */
export function lastPid(): number | undefined {
  return numberIn(() => {
    descriptor ??= openSync('/proc/sys/kernel/ns_last_pid', 'r')
    return shared.toString('latin1', 0, readSync(descriptor, shared, 0, shared.length, 0))
  })
}

/** A kernel without checkpoints, or a sandbox, does not say. */
function numberIn(read: () => string): number | undefined {
  try {
    const number = Number(read())
    return Number.isSafeInteger(number) && number > 0 ? number : undefined
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (['ENOENT', 'EACCES', 'EPERM', 'EIO', 'EINVAL', 'ENOSYS'].includes(code)) return undefined
    throw error
  }
}
