/** Changes single entries of a JSON file with comments; every byte outside of them stays as a person wrote it. */
import type { Node, ParseError } from 'jsonc-parser'
import { failed, ok, type Place, type Result } from '../model/failure.ts'
import { whyUnreadable } from '../model/unreadable.ts'

type Unreadable = { readonly why: string; readonly place: Omit<Place, 'file'> }

/** The tree of values, or why there is none. */
export async function readTree(text: string, file: string): Promise<Result<Node>> {
  const { parseTree, printParseErrorCode } = await import('jsonc-parser')
  const errors: ParseError[] = []
  const unreadable = ({ why, place }: Unreadable): Result<never> =>
    failed({
      type: 'init.unreadable',
      what: `${file} is not valid JSON`,
      why,
      kept: 'it was not changed',
      hint: 'correct the file, then try again',
      place: { file, ...place },
    })
  let root: Node | undefined
  try {
    root = parseTree(text, errors, { allowTrailingComma: true })
  } catch (error) {
    const why = whyUnreadable(error)
    if (why === undefined) throw error
    return unreadable({ why, place: {} })
  }
  const [error] = errors
  if (error !== undefined) return unreadable({ why: inWords(printParseErrorCode(error.error)), place: placeIn(text, error.offset) })
  return root === undefined ? unreadable({ why: 'it holds no value', place: placeIn(text, 0) }) : ok(root)
}

export function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const above = text.slice(0, offset).split('\n')
  return { line: above.length, column: (above.at(-1)?.length ?? 0) + 1 }
}

/** Adds entries behind the last one of a list or an object, and behind the comments there. `textOf` writes them, given the indentation of their first line. */
export function withEntries(text: string, list: Node, textOf: (indent: string) => readonly string[]): string {
  const close = list.offset + list.length - 1
  const last = list.children?.at(-1)
  const from = last === undefined ? list.offset + 1 : endOf(last)
  const tail = text.slice(from, close)
  const comma = last !== undefined && commaIn(tail) !== undefined
  const solid = tail.replace(/[ \t\r\n]+$/, '')
  const rest = tail.slice(solid.length)
  const outer = indentAt(text, list.offset)
  const indent = last !== undefined && startsLine(text, last.offset) ? indentAt(text, last.offset) : outer + unitOf(text)
  const eol = lineEnd(text)
  const entries = textOf(indent).map((entry) => `${eol}${indent}${entry}`)
  const more = `${entries.join(',')}${comma ? ',' : ''}${rest.includes('\n') ? rest : eol + outer}`
  return text.slice(0, from) + (last === undefined || comma ? '' : ',') + solid + more + text.slice(close)
}

export const withEntry = (text: string, entry: Node, textOf: (indent: string) => string): string =>
  text.slice(0, entry.offset) + textOf(indentAt(text, entry.offset)) + text.slice(endOf(entry))

/** Takes an entry of a list out, with its comma and, where nothing else stands there, its lines. Comments stay. */
export function withoutEntry(text: string, list: Node, index: number): string {
  const entries = list.children ?? []
  const [before, entry, next] = [entries[index - 1], entries[index], entries[index + 1]]
  if (entry === undefined) return text
  const end = endOf(entry)
  const behind = commaIn(text.slice(end, next?.offset ?? list.offset + list.length - 1))
  const front = behind === undefined && before !== undefined ? commaIn(text.slice(endOf(before), entry.offset)) : undefined
  const cuts: [number, number][] = behind === 0 ? [[entry.offset, end + 1]] : [[entry.offset, end], ...(behind === undefined ? [] : [cut(end + behind)])]
  if (front !== undefined && before !== undefined) cuts.unshift(cut(endOf(before) + front))
  return cuts.reduceRight((left, [from, to]) => (from === entry.offset ? withoutLines(left, from, to) : left.slice(0, from) + left.slice(to)), text)
}

const cut = (at: number): [number, number] => [at, at + 1]

/** Without a part, and without the line that it would leave empty. */
function withoutLines(text: string, from: number, to: number): string {
  const left = text.slice(0, from).replace(/\r?\n[ \t]*$/, '')
  const right = text.slice(to)
  const alone = left.length < from && /^[ \t]*(\r?\n|$)/.test(right)
  return alone ? left + right.replace(/^[ \t]+/, '') : text.slice(0, from) + right
}

const endOf = (node: Node): number => node.offset + node.length

/** Where the first comma stands that is no part of a comment, in what lies between two entries. */
function commaIn(text: string): number | undefined {
  const found = /^(?:\s|\/\/[^\r\n]*(?:[\r\n]|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*,/.exec(text)
  return found === null ? undefined : found[0].length - 1
}

/** As the file has it where it is indented at all. */
export const unitOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '  '
export const lineEnd = (text: string): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n')

const lineAbove = (text: string, offset: number): string => text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
const startsLine = (text: string, offset: number): boolean => /^[ \t]*$/.test(lineAbove(text, offset))
const indentAt = (text: string, offset: number): string => /^[ \t]*/.exec(lineAbove(text, offset))?.[0] ?? ''

/** "CommaExpected" becomes "comma expected". */
const inWords = (code: string): string => code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
