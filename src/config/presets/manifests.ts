/** Reads manifests as plain data; one that cannot be parsed becomes a Failure that points at the place. */
import type { ParseError } from 'jsonc-parser'
import type { Failure, Place } from '../../model/failure.ts'
import type { Files } from '../../model/files.ts'
import { whyUnreadable } from '../../model/unreadable.ts'
import type { Gathering } from './gathering.ts'

export type Table = Readonly<Record<string, unknown>>

/** The table in a TOML file; undefined when there is no such file or it cannot be parsed (which is then reported). */
export async function readToml(files: Files, path: string, gathering: Gathering): Promise<Table | undefined> {
  const text = await files.read(path)
  if (text === undefined) return undefined
  const { parse, TomlError } = await import('smol-toml')
  try {
    return parse(text)
  } catch (error) {
    const why = whyUnreadable(error)
    if (why !== undefined) gathering.fail(unreadable({ file: path }, why))
    if (why !== undefined) return undefined
    if (!(error instanceof TomlError)) throw error
    gathering.fail(unreadable({ file: path, line: error.line, column: error.column }, firstLine(error.message)))
    return undefined
  }
}

/** The value in a YAML file; undefined when there is no such file, it is empty, or it cannot be parsed (which is then reported). Keys are texts: lists as keys, in each other, would take minutes. */
export async function readYaml(files: Files, path: string, gathering: Gathering): Promise<unknown> {
  const text = await files.read(path)
  if (text === undefined) return undefined
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  // Pretty errors quote the text for each of them: of much that is wrong that would take minutes.
  const document = guarded(path, gathering, () => parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent', stringKeys: true }))
  if (document === undefined) return undefined
  const error = document.errors[0]
  if (error === undefined) return guarded(path, gathering, (): unknown => document.toJS())
  const start = lines.linePos(error.pos[0])
  gathering.fail(unreadable({ file: path, line: start.line, column: start.col }, firstLine(error.message)))
  return undefined
}

/** The value in a JSON file; comments and trailing commas are allowed. */
export async function readJson(files: Files, path: string, gathering: Gathering): Promise<unknown> {
  const text = await files.read(path)
  if (text === undefined) return undefined
  const { parse, printParseErrorCode } = await import('jsonc-parser')
  const errors: ParseError[] = []
  const value = guarded(path, gathering, (): unknown => parse(text, errors, { allowTrailingComma: true }))
  const error = errors[0]
  if (error === undefined) return value
  const above = text.slice(0, error.offset).split('\n')
  gathering.fail(unreadable({ file: path, line: above.length, column: (above.at(-1)?.length ?? 0) + 1 }, inWords(printParseErrorCode(error.error))))
  return undefined
}

/** Undefined, and reported, when the library gives up. */
function guarded<T>(path: string, gathering: Gathering, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    const why = whyUnreadable(error)
    if (why === undefined) throw error
    gathering.fail(unreadable({ file: path }, why))
    return undefined
  }
}

/** "CommaExpected" becomes "comma expected". */
const inWords = (code: string): string => code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()

function unreadable(place: Place, why: string): Failure {
  return { type: 'detect.unreadable', what: `${place.file} cannot be parsed`, why, hint: 'correct the file, then run again', place }
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text

export const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value below the keys; undefined as soon as one is missing. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isTable(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value)
}

/** The texts of a list; a single text is a list of one; everything else is left out. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

export const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)

export const tables = (value: unknown): readonly Table[] => (Array.isArray(value) ? value.filter(isTable) : [])

/** Line, from 1, on which a text first stands; undefined when it does not. */
export function lineOf(text: string | undefined, wanted: string | RegExp): number | undefined {
  const index = text?.split('\n').findIndex((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line))) ?? -1
  return index < 0 ? undefined : index + 1
}
