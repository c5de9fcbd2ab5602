/** An Adapter is a check that a plugin brings: code that judges files, in the place of a command. */
import type { Cancellation } from '../model/cancellation.ts'
import type { Finding } from '../model/finding.ts'
import type { Json } from '../model/json.ts'
import type { Inputs } from '../model/task.ts'

/** What `with` of the check says. */
export type AdapterArguments = Readonly<Record<string, Json>>

export type AdapterCall = {
  /** Started without a shell. */
  readonly argv: readonly string[]
  /** Relative to the root of the repository. Default: the root. */
  readonly cwd?: string
  /** Laid over the environment that every check gets. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds. Default: as long as the check may take. */
  readonly timeoutMs?: number
}

/** How a program ended: with a code, or in another way, of which `trouble` says which (not found, killed, out of time). */
export type AdapterExit = {
  readonly code?: number
  readonly stdout: string
  readonly stderr: string
  /** It printed more than was kept. */
  readonly cut: boolean
  readonly trouble?: string
}

export type AdapterWorld = {
  /** Files to judge, relative to the root: those that the check concerns, of the selected ones where files were selected. */
  readonly files: readonly string[]
  readonly with: AdapterArguments
  /** Absolute path of the checkout. */
  readonly root: string
  /** The environment that every check gets; that of pawl itself holds more, which would count nowhere. */
  readonly env: Readonly<Record<string, string>>
  /** When it is requested, the answer does not count any more: end soon. */
  readonly cancellation: Cancellation
  /** Into the log of the check. */
  readonly output: (text: string) => void
  /** Starts a program; it is ended with the check. What it prints goes into the log. Never rejects. */
  readonly run: (call: AdapterCall) => Promise<AdapterExit>
}

/** `passed` with a finding that is an error is no pass. `error`: it could not judge. */
export type AdapterAnswer =
  | { readonly passed: boolean; readonly findings?: readonly Finding[]; readonly summary?: string }
  | { readonly error: string; readonly why?: string; readonly hint?: string }

export type Adapter = {
  /** All that the answer depends on besides code: without `files` nothing is ever reused. What the check itself says goes before. */
  readonly inputs: Partial<Inputs> | ((args: AdapterArguments) => Partial<Inputs>)
  /** Differs as soon as the same inputs might be judged otherwise: versions of what it calls. Undefined or a throw: nothing is ever reused. */
  version(world: Pick<AdapterWorld, 'with' | 'root' | 'env' | 'run'>): string | undefined | Promise<string | undefined>
  judge(world: AdapterWorld): AdapterAnswer | Promise<AdapterAnswer>
}
