/** Everything that one run of the benchmark found, as Markdown and as JSON. */
import { goalLines } from './goals.ts'
import type { Machine } from './machine.ts'
import type { Row } from './row.ts'
import { scenarios } from './scenarios.ts'
import { tableOf } from './table.ts'

export type Result = {
  readonly date: string
  readonly machine: Machine
  readonly rounds: number
  /** Smallest and largest load of the machine between the rounds. */
  readonly load: readonly [number, number]
  readonly versions: Readonly<Record<string, string>>
  readonly notes: Readonly<Record<string, string>>
  readonly missing: readonly string[]
  readonly rows: readonly Row[]
}

/** The size for which the goals are made. */
const goalSize = 500

export const goalsOf = (result: Result): readonly string[] => goalLines(result.rows, goalSize)

export function markdownOf(result: Result): string {
  const { machine } = result
  return [
    `Measured ${result.date} on ${machine.cores} cores (${machine.processor}), ${machine.memory}, ${machine.system}, Linux ${machine.kernel}; load ${result.load.map((load) => load.toFixed(1)).join('–')}. Up to ${result.rounds} rounds, the tools in turn; medians, spread from smallest to largest. Take the ratios between rows of one table, not the times.`,
    '',
    'CPU is that of the tool and of all processes that it waited for; peak memory that of the largest of them. Daemons count in neither. "executed" is how many tasks really ran, from a log that each writes.',
    '',
    '## Goals',
    '',
    ...goalsOf(result).map((line) => `- ${line}`),
    '',
    ...sections(result.rows),
    '## Tools',
    '',
    ...Object.entries(result.versions).map(([tool, version]) => `- ${tool}: ${version}${result.notes[tool] === undefined ? '' : ` (${result.notes[tool]})`}`),
    ...result.missing.map((tool) => `- ${tool}: not available here`),
    '',
  ].join('\n')
}

function sections(rows: readonly Row[]): string[] {
  const groups = Map.groupBy(
    rows,
    ({ scenario, size }) => `${titleOf(scenario)}, ${size.toLocaleString('en')} ${scenario.startsWith('hooks') ? 'files' : 'packages'}`,
  )
  return [...groups].flatMap(([title, group]) => {
    const wrong = group.flatMap((row) =>
      row.wrong === undefined ? [] : [`- ${row.tool} does not count: ${row.wrong.replaceAll(/[\w/.-]*pawl-bench-\w+/g, '…')}`],
    )
    return [`## ${title}`, '', tableOf(group), '', ...(wrong.length > 0 ? [...wrong, ''] : [])]
  })
}

const titleOf = (name: string): string =>
  scenarios.find((scenario) => scenario.name === name)?.title ??
  { hooks: 'Ten hooks, something new to check', 'hooks again': 'Ten hooks, nothing new to check' }[name] ??
  name
