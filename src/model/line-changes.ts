/** Which lines of which files differ from another state of the repository. */
import type { Lines } from './coverage.ts'

/** Path → lines that are new or changed, in order. */
export type LineChanges = ReadonlyMap<string, readonly Lines[]>

export const isChanged = (changes: LineChanges, file: string, line: number): boolean =>
  changes.get(file)?.some(({ from, to }) => line >= from && line <= to) === true
