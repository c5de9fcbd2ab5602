/** The text of a roadmap in Markdown: parsed once, with pieces cut out of it as they stand. */
import type { Nodes, RootContent } from 'mdast'
import { failed, ok, type Place, type Result } from '../../model/failure.ts'
import { costlyLine } from './costly-lines.ts'
import { longestPiece, markdownTree } from './markdown-tree.ts'

export type MarkdownSource = {
  readonly file: string
  readonly text: string
  /** What stands at the top level: text in quotes, code and HTML is nobody's task. */
  readonly nodes: readonly RootContent[]
  placeOf(node: Nodes): Place
  /** As it stands between two nodes, the first and the last included. */
  raw(first: Nodes, last: Nodes): string
}

/** Real ones have 20,000. */
const mostCharacters = 2_000_000

/** Marks of the order of bytes are no part of it. Files that were joined by hand may begin with several; the parser does not count the first that it sees. */
export const withoutByteMark = (text: string): string => text.replace(/^\ufeff+/, '')

export function markdownSource(whole: string, file: string): Result<MarkdownSource> {
  const text = withoutByteMark(whole)
  const place = { file, line: 1, column: 1 }
  if (text.length > mostCharacters)
    return failed({ type: 'roadmap.unreadable', what: `${file} has ${text.length} characters; a roadmap may have ${mostCharacters}`, place })
  const odd = costlyLine(text)
  if (odd !== undefined) return failed({ type: 'roadmap.unreadable', what: odd.what, why: odd.why, place: { file, line: odd.line, column: 1 } })
  const { nodes, tooLong } = markdownTree(text)
  if (nodes === undefined)
    return failed({
      type: 'roadmap.unreadable',
      what: `what begins in this line has more than ${longestPiece} characters without a new beginning at the margin`,
      why: 'the time to read it would grow faster than the text',
      hint: 'Divide it by headings.',
      place: { file, line: tooLong, column: 1 },
    })
  return ok({ file, text, nodes, placeOf: (node) => placeOf(file, node), raw: (first, last) => text.slice(startOf(first), endOf(last)) })
}

const placeOf = (file: string, { position }: Nodes): Place =>
  position === undefined ? { file, line: 1, column: 1 } : { file, line: position.start.line, column: position.start.column }

export const startOf = ({ position }: Nodes): number => position?.start.offset ?? 0
export const endOf = ({ position }: Nodes): number => position?.end.offset ?? 0

/** What a reader sees of a node on one line, without any marks. */
export function textOf(node: Nodes): string {
  const parts: string[] = []
  const open: Nodes[] = [node]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.type === 'html') parts.push(next.value.startsWith('<!--') ? '' : /^<br\b/i.test(next.value) ? ' ' : next.value)
    else if ('value' in next) parts.push(next.value)
    else if (next.type === 'break') parts.push(' ')
    else if ('children' in next) open.push(...[...next.children].reverse())
  }
  return parts
    .join('')
    .replace(/[ \t\r\n]+/g, ' ')
    .trim()
}

/** A line without marks, and as it stands: globs look like marks. */
export type Line = { readonly plain: string; readonly raw: string }

export function bothLinesOf(source: MarkdownSource, node: Nodes): readonly Line[] {
  const plain = linesOf(node)
  const raw = source.raw(node, node).split(/\r\n|\n|\r/)
  return plain.map((line, i) => ({ plain: line, raw: raw.length === plain.length ? (raw[i] ?? line).trim() : line }))
}

/** The text of a paragraph by its lines, without marks. */
export function linesOf(node: Nodes): readonly string[] {
  if (!('children' in node)) return [textOf(node)]
  const lines: string[] = ['']
  for (const child of node.children) {
    if (child.type === 'break') lines.push('')
    else {
      const [first = '', ...more] = child.type === 'text' ? child.value.split(/\r\n|\n|\r/) : [textOf(child)]
      lines[lines.length - 1] += first
      lines.push(...more)
    }
  }
  return lines.map((line) => line.trim())
}
