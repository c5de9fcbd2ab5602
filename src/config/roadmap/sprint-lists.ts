/** Reads lists that people keep by hand in a roadmap beside its tables: "### ✅ MVP Sprint 1: … (COMPLETE)", "- ✅ B1: …". They are not the authority. */
import { textLines } from '../prompts/fences.ts'
import type { Trace } from './hints.ts'
import { saidBeside } from './said-words.ts'
import { withoutRemark } from './same-title.ts'

const heading = /^ {0,3}#{2,6}\s+(.*?)\s*#*\s*$/
const kept = /\b(?:sprint|milestone|iteration|release)\b|\bcompleted?\b/i
/** Goals and headings of the roadmap itself are no such list. */
const own = /^(?:phase\s+\S+\s*:|group\s+\S+|deliverables\b)/i
const bullet = /^\s*[-*+]\s+(✅|🔶)\s+(?:\*\*)?([A-Z]{1,3}\d+(?:\.\d+)?)(?:\*\*)?\s*:\s*(.+?)\s*$/u

/** Nobody writes longer ones by hand. */
const longestLine = 2000

export function sprintTraces(text: string, file: string): readonly Trace[] {
  let list: string | undefined
  return textLines(text).flatMap(({ text: line, number, fenced }): readonly Trace[] => {
    if (fenced || line.length > longestLine) return []
    const title = heading.exec(line)?.[1]
    if (title !== undefined) list = kept.test(title) && !own.test(title) ? title : undefined
    const [, sign, task, words = ''] = bullet.exec(line) ?? []
    if (list === undefined || task === undefined) return []
    const said = withoutRemark(words.replaceAll('**', ''))
    const says = sign === '🔶' ? 'partial' : saidBeside(words.replaceAll('**', '').slice(said.length))
    if (says === undefined) return []
    return [{ task, title: words.replaceAll('**', ''), says, why: `list "${list}"`, place: { file, line: number } }]
  })
}
