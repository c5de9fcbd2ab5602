/** Reads what a status file of a group says: by its words, never by its name alone. A file that is not about finished work says nothing. */
import { textLines } from '../prompts/fences.ts'
import { isOurStatusFile } from './group-status.ts'
import type { Trace } from './hints.ts'
import { isProgress, saidBeside, saidBy } from './said-words.ts'
import { withoutRemark } from './same-title.ts'

const fileName = /(?:^|[/\\])PHASE[-_]?([A-Z0-9.]+?)[-_]GROUP[-_]([A-Z0-9]+)[-_](?:STATUS|SUMMARY)\.md$/i
const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/
/** "**Status: X**", "**Status:** X", "Status: X". */
const statusLine = /^(?:\*\*|__)?Status(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(.+?)\s*$/i
const task = String.raw`([A-Z]{1,3}\d+(?:\.\d+)?|\d+\.\d+)`
/** In a file that pawl wrote, any id may stand there. */
const ownBullet = /^- (✅|☐|❌|⏳|⬜) \*\*([\p{L}\p{N}][\p{L}\p{N}._-]*)\*\*: (.*)$/u
/** "- ✅ **A1**: title", "✅ **A1: title** - Complete", "- [x] A1: title". */
const bullet = new RegExp(String.raw`^\s*(?:[-*+]\s+)?(✅|✔️?|☑️?|🔶|\[[xX]\])\s+(?:\*\*|__)?${task}(?:\*\*|__)?\s*[:–—]\s*(.*)$`, 'u')
/** "E1: title ✅ COMPLETE" as the text of a heading. */
const headed = new RegExp(String.raw`^(?:\*\*)?${task}\s*:\s*(.+?)\s*(✅|✔️?|☑️?)\s*(.*)$`, 'u')
/** "3. Delivery ✅ (E4, E5)" as the text of a heading. */
const named = new RegExp(String.raw`^(?:\d+[.)]\s+)?(.*?)\s*(?:✅|✔️?|☑️?)\s*\(${task}((?:\s*[,&+/]\s*${task})*)\)$`, 'u')
const row = new RegExp(String.raw`^\s*\|\s*(?:\*\*)?${task}\s*:\s*([^|]+?)(?:\*\*)?\s*\|(.*)\|\s*$`)

/** Nobody writes longer ones by hand. */
const longestLine = 2000

/** The group that a file is about, by its name; undefined: it is no status file. */
export function statusFileOf(file: string): { readonly phase: string; readonly group: string } | undefined {
  const [, phase, group] = fileName.exec(file) ?? []
  return phase === undefined || group === undefined ? undefined : { phase, group: group.toUpperCase() }
}

/** `file`: relative to the root. Empty: it is no status file, it contradicts itself, or it says that something is not finished. */
export function statusFileTraces(text: string, file: string): readonly Trace[] {
  const about = statusFileOf(file)
  if (about === undefined) return []
  const lines = textLines(text).filter(({ fenced, text: line }) => !fenced && line.length <= longestLine)
  const titled = lines.map(({ text: line }) => /^#\s.*?\bPhase\s+(\S+?)[,:]?\s+Group\s+([A-Za-z0-9]+)/i.exec(line)).find((found) => found !== null)
  if (titled !== undefined && titled !== null && (titled[1]?.toLowerCase() !== about.phase.toLowerCase() || titled[2]?.toUpperCase() !== about.group)) return []
  const statuses = statusesOf(lines)
  const said = statuses.map(({ words }) => saidBy(words))
  if (said.includes(undefined)) return []
  const isOurs = isOurStatusFile(text)
  const tasks = lines.flatMap(({ text: line, number }): readonly Trace[] => {
    const place = { file, line: number }
    return isOurs ? ownTraces(line, place) : taskTraces(line, place)
  })
  const [first] = statuses
  if (first === undefined) return tasks
  const isPartial = said.includes('partial') || lines.some(({ text: line }) => saysOpen(line)) || tasks.some(({ says }) => says === 'partial')
  const whole: Trace = {
    ...about,
    ...listed(tasks),
    says: isPartial ? 'partial' : 'done',
    why: `status file ${file}: ${first.words}`,
    place: { file, line: first.line },
  }
  return [whole, ...tasks]
}

/** Of several titles of a task, the last one: tables and lists come after what is told at length. */
function listed(tasks: readonly Trace[]): Pick<Trace, 'tasks'> {
  const titles = new Map<string, string | undefined>()
  for (const { task: id = '', title } of tasks) titles.set(id, title ?? titles.get(id))
  return titles.size === 0 ? {} : { tasks: titles }
}

type NumberedLine = { readonly text: string; readonly number: number }

/** Only above the first heading of a task or of a part: below it, others are meant. */
function statusesOf(lines: readonly NumberedLine[]): readonly { readonly words: string; readonly line: number }[] {
  const end = lines.findIndex(({ text }) => {
    const [, marks = '', words = ''] = heading.exec(text) ?? []
    return marks.length > 2 || new RegExp(`^${task}\\s*:`).test(words)
  })
  return lines.slice(0, end === -1 ? lines.length : end).flatMap(({ text, number }) => {
    const words = statusLine.exec(heading.exec(text)?.[2] ?? text.trim())?.[1]
    return words === undefined ? [] : [{ words: words.replace(/(?:\*\*|__)$/, '').trim(), line: number }]
  })
}

/** A bullet about a task that is not done. */
const saysOpen = (line: string): boolean => new RegExp(String.raw`^\s*[-*+]\s+(?:❌|⬜|✗|\[ \])\s+(?:\*\*)?${task}\b`, 'u').test(line)

type LinePlace = { readonly file: string; readonly line: number }

function ownTraces(line: string, place: LinePlace): readonly Trace[] {
  const [, sign, id, title = ''] = ownBullet.exec(line) ?? []
  return id === undefined || sign !== '✅' ? [] : [{ task: id, title: title.replace(/\\(.)/g, '$1'), says: 'done', why: `status file ${place.file}`, place }]
}

function taskTraces(line: string, place: LinePlace): readonly Trace[] {
  const why = `status file ${place.file}`
  const [, marks, words = ''] = heading.exec(line) ?? []
  if (marks !== undefined) return headingTraces(words).map((trace) => ({ ...trace, why, place }))
  const [, sign, id, rest = ''] = bullet.exec(line) ?? []
  if (id !== undefined) {
    const [title, ...after] = titleParts(rest)
    const remark = [title.slice(withoutRemark(title).length), ...after].join(' ')
    const says = saidBeside(remark)
    return says === undefined ? [] : [{ task: id, title: title.trim(), says: sign === '🔶' ? 'partial' : says, why, place }]
  }
  const [, rowId, rowTitle = '', cells = ''] = row.exec(line) ?? []
  if (rowId === undefined) return []
  const says = saidBy(cells.split('|')[0] ?? '')
  return says === undefined ? [] : [{ task: rowId, title: rowTitle.replaceAll('**', '').trim(), says, why, place }]
}

/** The title, and what stands behind it: a dash makes a remark only of words about progress. */
function titleParts(rest: string): readonly [title: string, ...after: readonly string[]] {
  const [bold = '', ...after] = rest.split('**')
  const [, title, remark] = /^(.*\S)\s+[-–—]\s+([^–—]*)$/.exec(bold) ?? []
  return title !== undefined && remark !== undefined && isProgress(remark) ? [title, remark, ...after] : [bold, ...after]
}

function headingTraces(words: string): readonly Omit<Trace, 'why'>[] {
  const [, id, title, , more = ''] = headed.exec(words) ?? []
  if (id !== undefined) {
    const says = saidBeside(more)
    return says === undefined ? [] : [{ task: id, title: title?.replaceAll('**', '') ?? '', says }]
  }
  const [, shown = '', first, others = ''] = named.exec(words) ?? []
  if (first === undefined) return []
  const ids = [first, ...[...others.matchAll(new RegExp(task, 'g'))].map((found) => found[0])]
  const [only, second] = ids
  return second === undefined && only !== undefined ? [{ task: only, title: shown, says: 'done' }] : ids.map((one) => ({ task: one, says: 'done' as const }))
}
