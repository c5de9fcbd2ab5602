/** Reads `npm audit --json`, and the older shape of it that `pnpm audit --json` still prints. */
import type { Finding, FindingSeverity } from '../../model/finding.ts'
import { at, listAt, readDocument, textAt } from './json-output.ts'
import { newFinding } from './new-finding.ts'
import type { ParsedOutput, Parser } from './parser.ts'

export const npmAuditJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const error = at(document.value, 'error')
  // Whoever could not ask has found nothing, which is not the same as that there is nothing.
  if (error !== undefined && error !== null) return { findings: [], unreadable: `the audit could not be made: ${reasonOf(document.value)}` }
  return read(document.value)
}

function read(report: unknown): ParsedOutput {
  const vulnerabilities = entriesOf(at(report, 'vulnerabilities'))
  if (vulnerabilities !== undefined) return { findings: vulnerabilities.flatMap(findingsOf) }
  const advisories = entriesOf(at(report, 'advisories'))
  if (advisories !== undefined) return { findings: advisories.map(findingOfAdvisory) }
  return { findings: [], unreadable: 'the JSON has neither vulnerabilities nor advisories, as npm and pnpm print them' }
}

const entriesOf = (table: unknown): readonly unknown[] | undefined =>
  typeof table === 'object' && table !== null && !Array.isArray(table) ? Object.values(table) : undefined

const reasonOf = (report: unknown): string =>
  [textAt(report, 'error', 'summary'), textAt(report, 'error', 'message'), textAt(report, 'message'), textAt(report, 'error', 'code')].find(
    (text) => text !== undefined && text !== '',
  ) ?? 'no reason is told'

/** One finding for each advisory; a package that is only vulnerable through others is one when it can be updated itself. */
function findingsOf(vulnerability: unknown): readonly Finding[] {
  const name = textAt(vulnerability, 'name') ?? 'a package'
  const via = listAt(vulnerability, 'via')
  const fix = fixOf(at(vulnerability, 'fixAvailable'))
  const advisories = via.filter((one) => typeof one === 'object' && one !== null)
  if (advisories.length > 0)
    return advisories.map((advisory) =>
      vulnerable({
        name: textAt(advisory, 'name') ?? name,
        range: textAt(advisory, 'range'),
        id: idOf(advisory, 'source'),
        word: textAt(advisory, 'severity') ?? textAt(vulnerability, 'severity'),
        title: textAt(advisory, 'title') ?? 'vulnerable',
        ...fix,
      }),
    )
  const through = via.filter((one) => typeof one === 'string').join(', ')
  if (through !== '' && at(vulnerability, 'isDirect') !== true) return []
  const title = through === '' ? 'vulnerable' : `depends on vulnerable versions of ${through}`
  return [vulnerable({ name, range: textAt(vulnerability, 'range'), id: 'vulnerable-dependency', word: textAt(vulnerability, 'severity'), title, ...fix })]
}

function findingOfAdvisory(advisory: unknown): Finding {
  const name = textAt(advisory, 'module_name') ?? 'a package'
  const patched = textAt(advisory, 'patched_versions')
  const isPatched = patched !== undefined && patched !== '' && patched !== '<0.0.0'
  return vulnerable({
    name,
    range: textAt(advisory, 'vulnerable_versions'),
    id: idOf(advisory, 'id'),
    word: textAt(advisory, 'severity'),
    title: textAt(advisory, 'title') ?? 'vulnerable',
    suggestion: isPatched ? `Update ${name} to ${patched}.` : noFix,
  })
}

const noFix = 'No version without it is known: look for another package, or accept it knowingly.'

/** A change of package.json is not made without --force, so npm does not mend it by itself. */
function fixOf(available: unknown): { readonly suggestion?: string; readonly fixable?: boolean } {
  if (available === true) return { suggestion: 'Run npm audit fix.', fixable: true }
  if (available === false) return { suggestion: noFix }
  const [name, version] = [textAt(available, 'name'), textAt(available, 'version')]
  if (name === undefined || version === undefined) return {}
  return { suggestion: `Update ${name} to ${version}${at(available, 'isSemVerMajor') === true ? ', which is a new major version' : ''}.` }
}

type Vulnerable = {
  readonly name: string
  readonly range: string | undefined
  readonly id: string | undefined
  readonly word: string | undefined
  readonly title: string
  readonly suggestion?: string
  readonly fixable?: boolean
}

function vulnerable({ name, range, id, word, title, ...fix }: Vulnerable): Finding {
  const versions = range === undefined || range === '' ? name : `${name} ${range}`
  return newFinding({ rule: id, severity: severityOfWord(word), message: `${versions}: ${title}${word === undefined ? '' : ` (${word})`}`, ...fix })
}

/** "GHSA-xvch-5gv4-984h", by which everybody can look it up; else the number of the registry. */
function idOf(advisory: unknown, key: 'id' | 'source'): string | undefined {
  const number = at(advisory, key)
  const named = textAt(advisory, 'github_advisory_id') ?? /\/(GHSA-[\w-]{1,40})$/.exec(textAt(advisory, 'url') ?? '')?.[1]
  return named ?? (typeof number === 'number' || typeof number === 'string' ? String(number) : undefined)
}

function severityOfWord(word: string | undefined): FindingSeverity {
  if (word === 'moderate' || word === 'low') return 'warning'
  return word === 'info' ? 'info' : 'error'
}
