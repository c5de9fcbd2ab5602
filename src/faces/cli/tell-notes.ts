/** What a person should know before work begins: on standard error, and not where nobody reads it. */
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext } from './command.ts'
import { wantsJson } from './say.ts'

export function tellNotes(context: CommandContext, notes: readonly string[]): void {
  if (wantsJson(context) || context.args.flags.has('quiet')) return
  for (const note of notes) console.error(`note  ${safeLine(note)}`)
}
