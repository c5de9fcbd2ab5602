/** Writes learned time limits into the text of a pawl.yaml: only where nobody else has written one, and without touching anything else of it. */
import { isMap, isScalar, parseDocument, type Document, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { parseDuration } from '../model/duration.ts'
import { keyAt } from './yaml-nodes.ts'
import { textYaml } from './yaml-text.ts'

export type LearnedValue = { readonly check: string; readonly key: 'ttl' | 'timeout'; readonly text: string }
export type LeftValue = LearnedValue & { readonly why: string }

export type WithLearned = { readonly text: string; readonly written: readonly LearnedValue[]; readonly left: readonly LeftValue[] }

/** `defaultRows`: rows of the table of limits that nobody has set; a check that names one says nothing of its own. */
export function withLearned(before: string, values: readonly LearnedValue[], defaultRows: ReadonlySet<string>): WithLearned {
  let text = before
  const written: LearnedValue[] = []
  const left: LeftValue[] = []
  for (const value of values) {
    const edit = editFor(text, value, defaultRows)
    const edited = 'why' in edit ? undefined : text.slice(0, edit.from) + edit.insert + text.slice(edit.to)
    if (edited !== undefined && meansOnly(text, edited, value)) {
      text = edited
      written.push(value)
    } else left.push({ ...value, why: 'why' in edit ? edit.why : 'it cannot be written there without changing something else' })
  }
  return { text, written, left }
}

type Edit = { readonly from: number; readonly to: number; readonly insert: string } | { readonly why: string }

const marker = '# learned'
const byHand = { why: 'somebody has written it by hand' }
const oneLine = { why: 'its check is written on one line; write it as a block' }

function editFor(text: string, value: LearnedValue, defaultRows: ReadonlySet<string>): Edit {
  const document = parse(text)
  const root: unknown = document.contents
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const line = `${value.key}: ${value.text} ${marker}${end}`
  const checks = isMap(root) ? ownPair(root, 'checks')?.value : undefined
  if (checks === undefined || checks === null) {
    if (!isMap(root) || root.flow === true || ownPair(root, 'checks') !== undefined) return { why: 'the file has no block of checks' }
    const start = `${text === '' || text.endsWith('\n') ? '' : end}${end}checks:${end}`
    return { from: text.length, to: text.length, insert: `${start}  ${textYaml(value.check)}:${end}    ${line}` }
  }
  if (!isMap(checks) || checks.flow === true) return oneLine
  const check = ownPair(checks, value.check)?.value
  if (check === undefined) return newCheck(text, checks, value, line, end)
  if (!isMap(check) || check.flow === true) return oneLine
  const own = ownPair(check, value.key)
  if (own !== undefined) return changed(text, own, value, defaultRows)
  // A value that is merged in from elsewhere was written by somebody, too.
  if (keyAt(document, ['checks', value.check, value.key]) !== undefined) return byHand
  const at = firstLine(text, check)
  return at === undefined ? oneLine : { from: at.start, to: at.start, insert: `${at.indent}${line}` }
}

function newCheck(text: string, checks: YAMLMap, { check }: LearnedValue, line: string, end: string): Edit {
  const first = firstLine(text, checks)
  const last = checks.range?.[1]
  if (first === undefined || last === undefined) return oneLine
  const newline = text.indexOf('\n', last - 1)
  const from = newline === -1 ? text.length : newline + 1
  const before = newline === -1 && !text.endsWith('\n') ? end : ''
  return { from, to: from, insert: `${before}${first.indent}${textYaml(check)}:${end}${first.indent}  ${line}` }
}

/** The line on which a block mapping begins, if nothing else stands on it. */
function firstLine(text: string, map: YAMLMap): { readonly start: number; readonly indent: string } | undefined {
  const key: unknown = map.items[0]?.key
  const at = isScalar(key) ? key.range?.[0] : undefined
  if (at === undefined) return undefined
  const start = text.lastIndexOf('\n', at - 1) + 1
  const indent = text.slice(start, at)
  return indent.trim() === '' ? { start, indent } : undefined
}

/** What `pawl init` writes down is the default, not the will of a person; what pawl has learned before may be learned anew. */
function changed(text: string, { value: node }: Pair, { key, text: learned }: LearnedValue, defaultRows: ReadonlySet<string>): Edit {
  if (!isScalar(node) || !node.range) return byHand
  const [from, to] = node.range
  const rest = /^[^\r\n]*/.exec(text.slice(to))?.[0] ?? ''
  if (rest.trim().startsWith(marker)) return { from, to, insert: learned }
  return rest.trim() === '' && isDefault(node, key, defaultRows) ? { from, to, insert: `${learned} ${marker}` } : byHand
}

const usualTimeoutMs = 600_000

function isDefault({ value }: Scalar, key: LearnedValue['key'], defaultRows: ReadonlySet<string>): boolean {
  if (key === 'ttl') return typeof value === 'string' && defaultRows.has(value)
  return (typeof value === 'string' || typeof value === 'number') && parseDuration(value) === usualTimeoutMs
}

const ownPair = (map: YAMLMap, key: string): Pair | undefined => map.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === key)

const parse = (text: string): Document => parseDocument(text.replace(/^\ufeff/, ' '), { logLevel: 'silent', merge: true, stringKeys: true })

/** The proof that an edit is right: read back, the file says the same as before but for this one value. */
function meansOnly(before: string, after: string, { check, key, text }: LearnedValue): boolean {
  const [old, now] = [parse(before), parse(after)]
  if (now.errors.length > 0) return false
  const [wanted, got] = [mapping(old.toJS()), mapping(now.toJS())]
  const checks = mapping(wanted['checks'])
  wanted['checks'] = { ...checks, [check]: { ...mapping(checks[check]), [key]: text } }
  return sorted(wanted) === sorted(got)
}

const mapping = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${sorted(inner)}`).join()}}`
}
