/** Reads formatters that list the files they would change; a file that they cannot read is an error with its place. */
import type { Finding } from '../../model/finding.ts'
import { formatRemark, notFormatted } from './formatted.ts'
import { newFrames } from './frames.ts'
import { placedRemark } from './gnu.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { isPath } from './place.ts'
import { linesOf } from './plain-text.ts'

/** Prettier: "[error] src/a.ts: SyntaxError: Expression expected. (1:19)". */
const prettierError = /^(.+?): (\w*Error: .*?)(?: \((\d+):(\d+)\))?$/
/** Prettier's own picture of the place, and what belongs to no file. */
const prettierFrame = /^\s*(?:>\s*)?(?:\d+\s*)?\|/
/** oxfmt --check: "src/a.ts (3ms)". */
const duration = / \(\d+ ?m?s\)$/

export const fileList: Parser = ({ stdout, stderr }) => ({ findings: [...listed(stdout, true), ...listed(stderr, false)] })

/** A bare path is only believed on stdout: what stands on stderr is meant for people. */
function listed(text: string, isList: boolean): readonly Finding[] {
  const frames = newFrames()
  return linesOf(text).flatMap((line) => {
    const tagged = /^\[(warn|error)\] ?(.*)$/.exec(line)
    if (tagged?.[1] === 'error') return prettierRemark(tagged[2] ?? '')
    if (tagged !== null) return isFileName(tagged[2] ?? '') ? [notFormatted(tagged[2] ?? '')] : []
    const framed = frames.take(line)
    if (framed !== undefined && framed !== 'part') return [framed]
    const remark = placedRemark(line) ?? formatRemark(line)
    if (remark !== undefined) return [remark]
    const name = line.replace(duration, '').trimEnd()
    return isList && isFileName(name) ? [notFormatted(name)] : []
  })
}

function prettierRemark(text: string): readonly Finding[] {
  const match = prettierError.exec(text)
  if (match !== null && isFileName(match[1] ?? '')) {
    return [
      newFinding({
        file: match[1],
        line: match[3] === undefined ? undefined : Number(match[3]),
        column: Number(match[4]),
        rule: 'syntax',
        severity: 'error',
        message: match[2] ?? '',
      }),
    ]
  }
  return text.trim() === '' || prettierFrame.test(text) ? [] : [newFinding({ severity: 'error', message: text })]
}

/** A line that names a file and nothing else; a sentence ends with a full stop, a heading with a colon. */
function isFileName(text: string): boolean {
  if (text === '' || /[.:!…]$/.test(text)) return false
  if (!/\s/.test(text)) return isPath(text) || /^[A-Za-z][\w-]*$/.test(text)
  // Blanks are usual in sentences: there has to be an ending too.
  return text.length < 500 && /^[^\s<>|"*?:][^<>|"*?:]*\.[A-Za-z0-9]{1,10}$/.test(text)
}
