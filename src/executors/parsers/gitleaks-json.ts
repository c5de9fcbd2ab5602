/** Reads the JSON of gitleaks and betterleaks. What they found is a secret: no finding, and no word about their output, repeats it. */
import type { Finding } from '../../model/finding.ts'
import { numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding } from './new-finding.ts'
import type { ParsedOutput, Parser } from './parser.ts'
import { tailOf } from './plain-text.ts'

const shownLines = 10
const shownCommit = 12

export const gitleaksJson: Parser = ({ stdout, stderr }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return unread(stdout.trim() === '' ? document.unreadable : 'what was printed is not JSON', stderr)
  // Older versions write null where nothing was found.
  if (document.value === null) return { findings: [] }
  if (!Array.isArray(document.value)) return unread('the JSON is no list of leaks, as gitleaks prints it', stderr)
  return { findings: document.value.map(findingOf) }
}

/** A failure shows the last of what was printed, unless its findings are known: half a report may hold a secret. The log goes to stderr. */
function unread(why: string, stderr: string): ParsedOutput {
  const log = tailOf(stderr, shownLines)
  const message = `${why}; it is not shown here, since it may hold a secret`
  return { findings: [newFinding({ rule: 'unparsed', severity: 'error', message: log === '' ? message : log })], unreadable: why }
}

/** Version 2 of betterleaks has names of its own. */
function findingOf(leak: unknown): Finding {
  const rule = textAt(leak, 'RuleID') ?? textAt(leak, 'ruleID') ?? 'secret'
  const commit = textAt(leak, 'Commit') ?? textAt(leak, 'attributes', 'git.sha') ?? ''
  const hidden = [textAt(leak, 'Secret'), textAt(leak, 'secret'), textAt(leak, 'Match'), textAt(leak, 'match')]
  const described = textAt(leak, 'Description') ?? textAt(leak, 'description') ?? ''
  const isSafe = described !== '' && hidden.every((secret) => secret === undefined || secret === '' || !described.includes(secret))
  return newFinding({
    file: textAt(leak, 'File') ?? textAt(leak, 'attributes', 'path'),
    line: numberAt(leak, 'StartLine') ?? numberAt(leak, 'location', 'startLine'),
    column: numberAt(leak, 'StartColumn') ?? numberAt(leak, 'location', 'startColumn'),
    rule,
    severity: 'error',
    message: `${isSafe ? described : `a secret was found by the rule ${rule}`}${commit === '' ? '' : ` (commit ${commit.slice(0, shownCommit)})`}`,
    suggestion: commit === '' ? undefined : 'It stays in the history: make it worthless where it was given out.',
  })
}
