/** The flags of the benchmark. */
import { parseArgs } from 'node:util'

export type Options = {
  readonly sizes: readonly number[]
  readonly scenarios: readonly string[]
  readonly tools: readonly string[]
  readonly without: readonly string[]
  readonly rounds: number
  readonly patienceMs: number
  readonly quick: boolean
  readonly json: string | undefined
  readonly markdown: string | undefined
  readonly keep: boolean
}

export const usage = `bun bench/run.ts [--sizes 10,100,500] [--scenarios NAME,…] [--tools NAME,…] [--without NAME,…] [--rounds N] [--patience SECONDS] [--quick] [--json FILE] [--markdown FILE] [--keep]
  --sizes      packages in the monorepo; each has three tasks
  --scenarios  cold, nothing, code, comment, restore, worktree, plan, hooks
  --tools      beginnings of names in the table, such as pawl, ninja, turbo
  --without    endings of names, such as npm for those that start the real npm
  --patience   a tool that took longer in a scenario is left out of its further rounds
  --quick      10 packages, pawl, ninja and git, 3 rounds: is the benchmark itself sound?
  --keep       leaves the repositories for a look`

export const everyScenario = ['cold', 'nothing', 'code', 'comment', 'restore', 'worktree', 'plan', 'hooks']

/** Undefined: only the usage was wanted. Throws for what it does not know. */
export function optionsOf(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: text,
      scenarios: text,
      tools: text,
      without: text,
      rounds: text,
      patience: text,
      json: text,
      markdown: text,
      quick: { type: 'boolean' },
      keep: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return undefined
  const quick = values.quick ?? false
  const scenarios = list(values.scenarios) ?? (quick ? everyScenario.filter((name) => name !== 'hooks') : everyScenario)
  const unknown = scenarios.filter((name) => !everyScenario.includes(name))
  if (unknown.length > 0) throw new Error(`unknown scenario ${unknown.join(', ')}; there are ${everyScenario.join(', ')}`)
  return {
    sizes: (list(values.sizes) ?? (quick ? ['10'] : ['10', '100', '500'])).map((size) => count('--sizes', size)),
    scenarios,
    without: list(values.without) ?? [],
    tools: list(values.tools) ?? (quick ? ['pawl', 'ninja', 'git', 'sh'] : []),
    rounds: count('--rounds', values.rounds ?? (quick ? '3' : '9')),
    patienceMs: count('--patience', values.patience ?? '60') * 1000,
    quick,
    json: values.json,
    markdown: values.markdown,
    keep: values.keep ?? false,
  }
}

const list = (value: string | undefined): string[] | undefined => value?.split(',').filter(Boolean)

function count(flag: string, value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new Error(`${flag}: "${value}" is not a whole number from 1`)
  return number
}
