/** Recognises remarks that name their place on a line of their own, as rustc, ruff and oxc draw them: "error[E0308]: …" above " --> src/lib.rs:3:25". */
import type { Finding } from '../../model/finding.ts'
import { newFinding, severityOf } from './new-finding.ts'
import { placeIn } from './place.ts'
import { remarkText, type RemarkText } from './remark-text.ts'

/** A long heading is wrapped over a few lines; further away a place belongs to something else. */
const farthest = 4

const arrow = /^\s*(?:-->|,-\[|╭─\[|╭▸|┌─+)\s*/
const heading = /^(?:error|warning|note|info|help)(?:\[[\w./:@-]+\])?: \S|^[a-z]+(?:-[a-z]+)*: \S/
const symbol = /^\s*([x×✖!⚠i☞])\s+(?=\S)/
/** "eslint(no-debugger): ". */
const ruleFirst = /^([\w@-]+\([\w@./-]+\)): /

export type Frames = {
  /** The finding that is complete with this line, or "part" when the line belongs to one, or undefined. */
  take(line: string): Finding | 'part' | undefined
}

export function newFrames(): Frames {
  let open: { readonly text: RemarkText; age: number } | undefined
  return {
    take(line) {
      const text = headingOf(line)
      if (text !== undefined) {
        open = { text, age: 0 }
        return 'part'
      }
      if (open === undefined) return undefined
      open.age += 1
      const found = arrow.test(line) ? placeIn(line.replace(arrow, '').replace(/\]$/, '')) : undefined
      if (found === undefined) {
        if (open.age >= farthest) open = undefined
        return undefined
      }
      const finding = newFinding({ ...open.text, file: found.file, line: found.line, column: found.column })
      open = undefined
      return finding
    },
  }
}

function headingOf(line: string): RemarkText | undefined {
  if (heading.test(line)) {
    // ruff format --check
    if (line.startsWith('unformatted: ')) return { severity: 'error', rule: 'format', message: 'not formatted', fixable: true }
    const named = /^([a-z]+(?:-[a-z]+)+): /.exec(line)
    return named === null ? remarkText(line) : { severity: 'error', rule: named[1] ?? '', message: line.slice(named[0].length) }
  }
  const sign = symbol.exec(line)
  if (sign === null) return undefined
  const text = line.slice(sign[0].length)
  const rule = ruleFirst.exec(text)
  const severity = severityOf(sign[1] === '!' || sign[1] === '⚠' ? 'warning' : sign[1] === 'i' || sign[1] === '☞' ? 'info' : 'error')
  return { severity, message: text.slice(rule?.[0].length ?? 0), ...(rule?.[1] === undefined ? {} : { rule: rule[1] }) }
}
