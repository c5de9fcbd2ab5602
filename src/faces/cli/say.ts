/** Output of the commands that are not a run: text for people, or one JSON document. Everything from outside is escaped. */
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext } from './command.ts'

export const wantsJson = (context: CommandContext): boolean => context.args.flags.has('json')

/** console.log writes to a pipe or terminal without touching process.stdout, which costs 16 to 20 ms on Bun. */
export const say = (...lines: readonly string[]): void => {
  for (const line of lines) console.log(line)
}

export const sayJson = (kind: string, value: Readonly<Record<string, unknown>>): void => console.log(JSON.stringify({ v: 1, kind, ...value }, undefined, 2))

/** Columns as wide as their widest cell; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const safe = rows.map((row) => row.map(safeLine))
  const widths = (safe[0] ?? []).map((_, i) => Math.max(...safe.map((row) => (row[i] ?? '').length)))
  return safe.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
