/** A CoverageReader turns the text of one kind of report into Coverage, or says why it cannot. Nothing in a report is believed to have a shape. */
import type { Coverage } from '../../model/coverage.ts'

export type Read =
  | {
      readonly coverage: Coverage
      /** Folders that the paths of the report are relative to, as it names them. */
      readonly bases?: readonly string[]
      /** Paths are only the ends of paths: "com/acme/A.java" for src/main/java/com/acme/A.java. */
      readonly ends?: true
    }
  | { readonly unreadable: string }

export type CoverageReader = (text: string, hints: Hints) => Read

/** What a report alone does not say. */
export type Hints = { /** Go modules of the repository: the path of the module → its folder, "" for the root. */ readonly modules: ReadonlyMap<string, string> }

/** No file has more lines than this; a number beyond it is a mistake or an attack. */
const mostLines = 10_000_000

/** A line number as a report may write it; undefined: not one. */
export function lineNumber(value: unknown): number | undefined {
  const line = wholeNumber(value)
  return line !== undefined && line >= 1 && line <= mostLines ? line : undefined
}

/** How often something was run; undefined: not a number. Less than never is never. */
export function hitCount(value: unknown): number | undefined {
  const hits = typeof value === 'string' ? (/^-?\d+(\.\d+)?(e\+?\d+)?$/i.test(value) ? Number(value) : undefined) : value
  return typeof hits === 'number' && !Number.isNaN(hits) ? Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.floor(hits))) : undefined
}

/** 0 or more, and exact. */
export function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** Most branches or lines that a report may count in one file. */
const mostCounted = 1_000_000_000

/** Undefined when the numbers cannot be such a count: more covered than there are, or numbers that are none. */
export function countOf(covered: unknown, total: unknown): { readonly covered: number; readonly total: number } | undefined {
  const [part, whole] = [wholeNumber(covered), wholeNumber(total)]
  return part !== undefined && whole !== undefined && part <= whole && whole <= mostCounted ? { covered: part, total: whole } : undefined
}

/** The higher count of a line counts, where a report tells it twice. */
export function atLeast(lines: Map<number, number>, line: number, hits: number): void {
  const known = lines.get(line)
  if (known === undefined || known < hits) lines.set(line, hits)
}
