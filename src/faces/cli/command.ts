/** A Command of the command line: its words and flags, what it is called with, and how it ends. */
import type { Failure } from '../../model/failure.ts'
import type { FlagValue } from './flag-value.ts'
import type { Flag } from './flags.ts'

export type Arguments = {
  readonly command: Command
  /** The command was typed; else it is what pawl does without a word. */
  readonly named: boolean
  /** By long name; switches are true, lists are joined over repetitions; of anything else the last one counts, so that an alias can be overruled. */
  readonly flags: ReadonlyMap<string, FlagValue>
  readonly words: readonly string[]
  /** What stands after "--". */
  readonly rest: readonly string[]
}

export type CommandContext = { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>>; readonly args: Arguments }

/** An exit code, or failures that the caller shows. */
export type CommandEnd = { readonly code: number } | { readonly failures: readonly Failure[] }

export type Command = {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly flags: readonly Flag[]
  /** Words after the command. */
  readonly words: { readonly least: number; readonly most: number; readonly choices?: readonly string[]; readonly called?: string }
  readonly examples: readonly (readonly [string, string])[]
  readonly load: () => Promise<(context: CommandContext) => Promise<CommandEnd>>
}
