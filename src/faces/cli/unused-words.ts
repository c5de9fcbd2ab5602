/** Words that a command does not know what to do with. */
import type { Failure } from '../../model/failure.ts'

export function unusedWords(command: string, words: readonly string[]): { readonly failures: readonly Failure[] } | undefined {
  const [first] = words
  if (first === undefined) return undefined
  return { failures: [{ type: 'args.bad-value', what: `pawl ${command} does not know what to do with '${first}'` }] }
}
