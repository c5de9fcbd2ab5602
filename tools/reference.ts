/** Writes the reference tables of events, failures and exit codes; with --check only says whether they are up to date. */
import { settle } from './generated-file.ts'
import { exitCodeRows } from '../src/faces/reporters/exit-code-text.ts'
import { eventTypes } from '../src/model/event.ts'
import { failureTypes } from '../src/model/failure.ts'
import { otherExitCodes } from '../src/model/verdict.ts'

const codeOf = (failure: string): number =>
  failure === 'lock.busy' ? otherExitCodes.lock : failure === 'pawl.bug' ? otherExitCodes.bug : otherExitCodes.failure

const events = page(
  'Events',
  'A run is the sequence of its events. `pawl --json` prints them, one JSON object a line; `schema/events.schema.json` describes every field. Each has `v` (1), `type`, `seq` (from 1, without gaps) and `at` (milliseconds since 1970, UTC). Readers should ignore fields and events that they do not know.',
  ['event', 'meaning'],
  Object.entries(eventTypes).map(([type, meaning]) => [`\`${type}\``, meaning]),
)

const failures = page(
  'Failures',
  'A failure says why pawl could not do its work; remarks about your code are findings. Each tells what happened and, where they are known, why, what was kept, what to try and the place. The exit code is that of a command that ends with it.',
  ['failure', 'meaning', 'exit code'],
  Object.entries(failureTypes).map(([type, meaning]) => [`\`${type}\``, meaning, String(codeOf(type))]),
)

const exitCodes = page(
  'Exit codes',
  'What `pawl` tells the program that started it.',
  ['code', 'name', 'meaning'],
  exitCodeRows().map(({ code, name, meaning }) => [String(code), name, meaning]),
)

await settle([
  { path: 'docs/reference/events.md', text: events },
  { path: 'docs/reference/failures.md', text: failures },
  { path: 'docs/reference/exit-codes.md', text: exitCodes },
])

function page(title: string, about: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [`# ${title}`, '', '<!-- Written by tools/reference.ts -->', '', about, '', row(head), row(head.map(() => '---')), ...rows.map(row), ''].join('\n')
}
