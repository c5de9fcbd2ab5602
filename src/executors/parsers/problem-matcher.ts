/** Reads output by a problem matcher of the user: the format of VS Code and GitHub Actions, regular expressions with numbered groups. */
import type { Finding } from '../../model/finding.ts'
import type { LinePattern, ProblemMatcher } from '../../model/task.ts'
import { newFinding, severityOf, type Remark } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { linesOf } from './plain-text.ts'

/** An expression of the user may take long on a long line, and longer ones hold no finding. */
const longestLine = 500

/** The expressions must be valid: the configuration has seen to that. */
export function problemMatcher({ severity, patterns }: ProblemMatcher): Parser {
  const compiled = patterns.map((pattern) => ({ pattern, regexp: new RegExp(pattern.regexp, 'u') }))
  const findingsIn = (text: string): readonly Finding[] => {
    const lines = linesOf(text).map((line) => line.slice(0, longestLine))
    const found: Finding[] = []
    for (let at = 0; at < lines.length; at++) {
      const run = runFrom(lines, at, compiled)
      if (run === undefined) continue
      found.push(...run.parts.map((parts) => findingOf(parts, severity)))
      at = run.last
    }
    return found
  }
  return ({ stdout, stderr }) => ({ findings: [...findingsIn(stdout), ...findingsIn(stderr)] })
}

type Compiled = { readonly pattern: LinePattern; readonly regexp: RegExp }
type Parts = Readonly<Partial<Record<Exclude<keyof LinePattern, 'regexp' | 'loop'>, string>>>

/** What the lines from this one on say together; undefined when they do not fit. */
function runFrom(
  lines: readonly string[],
  from: number,
  compiled: readonly Compiled[],
): { readonly parts: readonly Parts[]; readonly last: number } | undefined {
  let parts: Parts = {}
  for (const [offset, one] of compiled.entries()) {
    const matched = partsOf(lines[from + offset], one)
    if (matched === undefined) return undefined
    const isLast = offset === compiled.length - 1
    if (isLast && one.pattern.loop === true) return looped(lines, from + offset, one, parts)
    parts = { ...parts, ...matched }
  }
  return { parts: [parts], last: from + compiled.length - 1 }
}

function looped(lines: readonly string[], from: number, one: Compiled, before: Parts): { readonly parts: readonly Parts[]; readonly last: number } {
  const all: Parts[] = []
  let at = from
  for (let matched = partsOf(lines[at], one); matched !== undefined; matched = partsOf(lines[at], one)) {
    all.push({ ...before, ...matched })
    at += 1
  }
  return { parts: all, last: at - 1 }
}

function partsOf(line: string | undefined, { pattern, regexp }: Compiled): Parts | undefined {
  const match = line === undefined ? null : regexp.exec(line)
  if (match === null) return undefined
  const { regexp: _regexp, loop: _loop, ...groups } = pattern
  return Object.fromEntries(Object.entries(groups).flatMap(([name, group]) => (match[group] === undefined ? [] : [[name, match[group]]])))
}

function findingOf(parts: Parts, severity: ProblemMatcher['severity']): Finding {
  const [line, column] = parts.location === undefined ? [parts.line, parts.column] : parts.location.split(',')
  const remark: Remark = {
    file: parts.file?.trim(),
    line: line === undefined ? undefined : Number(line),
    column: column === undefined ? undefined : Number(column),
    rule: parts.code,
    severity: parts.severity === undefined || parts.severity === '' ? severity : severityOf(parts.severity),
    message: parts.message ?? '',
  }
  return newFinding(remark)
}
