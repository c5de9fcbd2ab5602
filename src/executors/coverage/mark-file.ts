/** Reads and writes coverage-ratchet.json, the mark; and reads, without ever writing it, the .coverage-ratchet.json of Crackerjack. */
import { at, listAt, numberAt, readDocument, textAt } from '../parsers/json-output.ts'
import type { Files } from '../../model/files.ts'
import { foreignMarkFile, markFile, type Lowered, type Mark } from '../../model/ratchet.ts'
import type { Count, Sums } from '../../model/coverage.ts'
import { countOf } from './reader.ts'

export type FoundMark =
  | { readonly kind: 'none' }
  | { readonly kind: 'own' | 'foreign'; readonly path: string; readonly mark: Mark }
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string }

/** Our own mark; where there is none, that of the other tool. */
export async function findMark(files: Files): Promise<FoundMark> {
  const own = await files.read(markFile)
  if (own !== undefined) return found('own', markFile, readMark(own))
  const foreign = await files.read(foreignMarkFile)
  return foreign === undefined ? { kind: 'none' } : found('foreign', foreignMarkFile, readForeignMark(foreign))
}

const found = (kind: 'own' | 'foreign', path: string, read: Mark | string): FoundMark =>
  typeof read === 'string' ? { kind: 'unreadable', path, why: read } : { kind, path, mark: read }

/** The mark, or why the text is none. A mark that is only half understood would hold only half. */
export function readMark(text: string): Mark | string {
  const document = readDocument(text)
  if ('unreadable' in document) return 'it is not JSON'
  const { value } = document
  if (numberAt(value, 'version') !== 1) return `its version is ${JSON.stringify(at(value, 'version')) ?? 'missing'}; this pawl knows version 1`
  const total = sumsAt(value, 'total')
  if (total === undefined) return "'total' does not tell how many lines of how many are covered"
  const packages = Object.entries(tableAt(value, 'packages')).map(([name]) => [name, sumsAt(value, 'packages', name)] as const)
  const wrong = packages.find(([, sums]) => sums === undefined)
  if (wrong !== undefined) return `'packages.${wrong[0]}' does not tell how many lines of how many are covered`
  return {
    total,
    packages: Object.fromEntries(packages.flatMap(([name, sums]) => (sums === undefined ? [] : [[name, sums] as const]))),
    files: listAt(value, 'files').filter((file): file is string => typeof file === 'string'),
    milestones: listAt(value, 'milestones').filter((percent): percent is number => typeof percent === 'number'),
    lowered: listAt(value, 'lowered').flatMap(loweredOf),
  }
}

function sumsAt(value: unknown, ...keys: readonly string[]): Sums | undefined {
  const lines = countAt(value, ...keys, 'lines')
  const branches = countAt(value, ...keys, 'branches')
  if (lines === undefined || (branches === undefined && at(value, ...keys, 'branches') !== undefined)) return undefined
  return { lines, ...(branches === undefined ? {} : { branches }) }
}

const countAt = (value: unknown, ...keys: readonly string[]): Count | undefined =>
  countOf(numberAt(value, ...keys, 'covered'), numberAt(value, ...keys, 'total'))

function tableAt(value: unknown, key: string): object {
  const table = at(value, key)
  return typeof table === 'object' && table !== null && !Array.isArray(table) ? table : {}
}

function loweredOf(value: unknown): readonly Lowered[] {
  const [from, to] = [numberAt(value, 'from'), numberAt(value, 'to')]
  if (from === undefined || to === undefined) return []
  return [{ from, to, reason: textAt(value, 'reason') ?? '', at: textAt(value, 'at') ?? '', by: textAt(value, 'by') ?? '' }]
}

/** Always the same order, one number or path a line: the difference of two marks shows what changed. */
export function markText({ total, packages, files, milestones, lowered }: Mark): string {
  const sorted = Object.fromEntries(
    Object.entries(packages)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, sums]) => [name, sumsJson(sums)]),
  )
  return `${JSON.stringify({ version: 1, total: sumsJson(total), packages: sorted, files: [...files].sort(), milestones, lowered: lowered.map(loweredJson) }, null, 2)}\n`
}

const sumsJson = ({ lines, branches }: Sums): Sums => ({ lines: countJson(lines), ...(branches === undefined ? {} : { branches: countJson(branches) }) })
const countJson = ({ covered, total }: Count): Count => ({ covered, total })
const loweredJson = ({ from, to, reason, at: when, by }: Lowered): Lowered => ({ from, to, reason, at: when, by })

/** Parts of a percent that are kept of a mark that only tells percentages; rounded down, so that the same coverage is never below it. */
const parts = 1_000_000

export function readForeignMark(text: string): Mark | string {
  const document = readDocument(text)
  if ('unreadable' in document) return 'it is not JSON'
  const { value } = document
  const percent = numberAt(value, 'current_minimum') ?? numberAt(value, 'baseline')
  if (percent === undefined || !(percent >= 0 && percent <= 100)) return "it has no percentage as 'current_minimum' or 'baseline'"
  return {
    total: { lines: { covered: Math.floor(percent * (parts / 100)), total: parts } },
    packages: {},
    files: [],
    milestones: listAt(value, 'milestones_achieved').filter((one): one is number => typeof one === 'number'),
    lowered: [],
  }
}
