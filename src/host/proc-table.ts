/** The process table of Linux, as far as it is readable: who lives, who started whom, and which attempt a process belongs to. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

/** Carries the tag of an attempt through its whole process tree. Inside a nested pawl it holds the outer tags too, parted by tabs. */
export const tagVariable = 'PAWL_ATTEMPT'

export type LiveProcess = {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Clock ticks since boot: together with the pid it names one process for as long as the machine is up. */
  readonly start: number
}

export type KnownProcess = LiveProcess & {
  /** A zombie: its parent has not been told yet. */
  readonly ended: boolean
}

/** Every process, zombies too. Empty where there is no /proc. */
export function knownProcesses(): readonly KnownProcess[] {
  return processFolders().flatMap((name) => knownProcess(Number(name)) ?? [])
}

/** Every process that is not a zombie. */
export const liveProcesses = (): readonly LiveProcess[] => knownProcesses().filter((one) => !one.ended)

export function liveProcess(pid: number): LiveProcess | undefined {
  const found = knownProcess(pid)
  return found?.ended === false ? found : undefined
}

/** Offset of performance.now() to the clock that `start` is told by, which goes on while the machine is suspended; taken once, before the first child. */
let offsetMs: number | undefined

/** What begins at or after `atMs` of performance.now() has no smaller `start`. To be called first at that time. */
export function earliestStart(atMs: number): number {
  if (offsetMs === undefined) {
    const uptime = Number(readProc('/proc/uptime')?.split(' ')[0])
    offsetMs = Number.isFinite(uptime) ? uptime * 1000 - performance.now() : Number.NEGATIVE_INFINITY
  }
  // Both clocks are told in hundredths of a second.
  return (atMs + offsetMs) / 10 - 2
}

export function knownProcess(pid: number): KnownProcess | undefined {
  const text = readProc(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The name of the program stands in brackets and may itself hold brackets and spaces; the numbers begin after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, parent, group, session] = fields
  const ended = state === 'Z' || state === 'X'
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), start: Number(fields[19]), ended }
}

/** Numbers of our children, zombies too. */
export function childrenOf(pid: number): readonly number[] {
  const text = readProc(`/proc/${pid}/task/${pid}/children`) ?? ''
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)
}

/** The value of the tag variable that a process was started with; undefined when it has none or belongs to somebody else. */
export function tagsOf(pid: number): string | undefined {
  const environment = readProc(`/proc/${pid}/environ`)
  if (environment === undefined) return undefined
  const marker = `\0${tagVariable}=`
  const at = `\0${environment}`.indexOf(marker)
  if (at === -1) return undefined
  const start = at + marker.length - 1
  const end = environment.indexOf('\0', start)
  return environment.slice(start, end === -1 ? undefined : end)
}

/** The pipes that a process writes its output to, as names that no other pipe has. */
export function outputPipesOf(pid: number): readonly string[] {
  const targets = [1, 2].map((descriptor) => unlessGone(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`)))
  return targets.filter((target) => target !== undefined).filter((target) => /^(pipe|socket):/.test(target))
}

/** Adds to `roots` all that descends from them. */
export function withDescendants(roots: readonly LiveProcess[], all: readonly LiveProcess[]): readonly LiveProcess[] {
  const found = new Map(roots.map((root) => [root.pid, root]))
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const one of all) if (found.has(one.parent)) found.set(one.pid, one)
  }
  return [...found.values()]
}

export function ownerOf(pid: number): number | undefined {
  return unlessGone(() => statSync(`/proc/${pid}`).uid)
}

function processFolders(): readonly string[] {
  if (process.platform !== 'linux') return []
  return (unlessGone(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name))
}

function readProc(path: string): string | undefined {
  return unlessGone(() => readFileSync(path, 'utf8'))
}

/** A process may end between two looks (ENOENT, ESRCH) and those of others do not show everything (EACCES, EPERM). */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return undefined
    throw error
  }
}
