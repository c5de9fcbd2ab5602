/** Shows why a command could not do its work: on standard error, or as JSON when JSON was asked for. */
import { environmentRedaction } from '../../app/redacted.ts'
import type { Failure } from '../../model/failure.ts'
import { failureLines } from '../reporters/failure-text.ts'
import { palette } from '../reporters/palette.ts'
import { screenTraits } from '../reporters/screen.ts'
import { isTerminal } from '../reporters/is-terminal.ts'

export function showFailures(told: readonly Failure[], how: { readonly env: Readonly<Record<string, string | undefined>>; readonly json: boolean }): void {
  const redaction = environmentRedaction(how.env)
  const failures = told.map((failure) => redaction.failure(failure))
  if (how.json) {
    console.log(JSON.stringify({ v: 1, type: 'failures', failures }))
    return
  }
  const ink = palette(screenTraits(how.env, {}, isTerminal(2)).colour)
  for (const failure of failures) {
    const [first, ...more] = failureLines(failure, ink)
    console.error([`${ink.red('pawl:')} ${first ?? ''}`, ...more].join('\n'))
  }
}
