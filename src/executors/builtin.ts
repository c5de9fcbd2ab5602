/** Does the checks that are built into pawl: judgements over files that need no process of their own, or one quick question to a tool. */
import type { Cancellation } from '../model/cancellation.ts'
import type { Failure } from '../model/failure.ts'
import type { Files } from '../model/files.ts'
import type { Finding } from '../model/finding.ts'
import type { Json } from '../model/json.ts'
import type { LineChanges } from '../model/line-changes.ts'
import type { Processes } from '../model/processes.ts'

export type BuiltinWorld = {
  /** A fresh view: nothing is cached from before this attempt. */
  readonly files: Files
  /** When a file was written last, epoch milliseconds; undefined: it is not there. */
  writtenAt(path: string): Promise<number | undefined>
  /** What differs from the commit where this work left the main branch; undefined: that cannot be told. */
  changedLines(): Promise<LineChanges | undefined>
  readonly processes: Processes
  /** The environment that children get. PATH holds the node_modules/.bin folders. */
  readonly env: Readonly<Record<string, string>>
  readonly platform: 'linux' | 'macos' | 'windows' | 'wsl'
  readonly cancellation: Cancellation
  /** Marks the processes of this attempt. */
  readonly tag?: string
  readonly output: (text: string) => void
}

/** findings empty: passed, and `summary` says what was seen; unless `passed` says otherwise. A failure: could not judge (missing tool): the task is errored. */
export type Judgement = { readonly findings: readonly Finding[]; readonly summary: string; readonly passed?: boolean } | { readonly failure: Failure }

export type Builtin = (args: Readonly<Record<string, Json>>, world: BuiltinWorld) => Promise<Judgement>
