/** Processes start programs and see to it that they end. */
import type { Cancellation } from './cancellation.ts'
import type { Failure } from './failure.ts'
import type { Usage } from './usage.ts'

export type ProcessSpec = {
  readonly argv: readonly string[]
  /** Absolute. */
  readonly cwd: string
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly silenceMs?: number
  /** Written into the environment of the whole process tree, so that it can be found and ended later. */
  readonly tag: string
  readonly cancellation: Cancellation
  /** It works for long and may try to get away: where this can be had, nothing below it outlives pawl either, whatever it did. Costs some milliseconds. */
  readonly kept?: boolean
  /** Absolute path of a file that the program reads as its standard input. Absent: it reads nothing. */
  readonly inputFile?: string
  /** Called once, when it has been started. Present: the child reads what is said to it, until `hangUp` or its end. Absent: it reads nothing. */
  readonly talk?: (say: (text: string) => void, hangUp: () => void) => void
  /** For one to talk with. Called when it has to end before it did: it is given two seconds to do so by itself before it is signalled. */
  readonly farewell?: () => void
  readonly onOutput?: (chunk: Uint8Array, from: 'stdout' | 'stderr') => void
}

export type Exit = {
  readonly kind: 'exited' | 'signalled' | 'timed-out' | 'silent' | 'cancelled'
  readonly code?: number
  readonly signal?: string
  readonly durationMs: number
  /** Captured up to a cap (4 MiB each); `cut` says that there was more. */
  readonly stdout: string
  readonly stderr: string
  readonly cut: boolean
  /** Of the whole process tree, where it could be measured. */
  readonly usage?: Usage
}

export type Processes = {
  /** Runs to the end: own process group, TERM → grace → KILL, bounded drain. Never rejects. */
  run(spec: ProcessSpec): Promise<{ readonly ok: true; readonly exit: Exit } | { readonly ok: false; readonly failure: Failure }>
  /** Absolute path of a program as `run` would find it with this environment and folder; undefined when missing. */
  find(program: string, env: Readonly<Record<string, string>>, cwd: string): string | undefined
}
