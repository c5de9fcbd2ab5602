/** The goals for speed and memory, judged from the rows of one run. */
import type { Runner } from './runner.ts'
import { rowOf, wallMs, type Row } from './row.ts'

type Line = string

/** A goal whose rows were not measured says so; it is neither reached nor missed. */
export function goalLines(rows: readonly Row[], goalFor: number): readonly Line[] {
  const sizes = [...new Set(rows.filter(({ scenario }) => scenario !== 'hooks').map(({ size }) => size))].sort((a, b) => a - b)
  const largest = sizes.at(-1) ?? goalFor
  const smallest = sizes[0] ?? 10
  const wall = (scenario: string, size: number, tool: string): number | undefined => {
    const row = rowOf(rows, scenario, size, tool)
    return row === undefined ? undefined : wallMs(row)
  }
  const nothing = (tool: string, size = largest): number | undefined => wall('nothing', size, tool)
  const git = nothing('git status --porcelain')
  const alone = wall('code', largest, 'sh, the 3 tasks alone')
  const at = `at ${largest} packages${largest === goalFor ? '' : `, the goal is for ${goalFor}`}`
  const memory = rows.filter((row) => row.tool === 'pawl' && row.size === largest && row.scenario !== 'hooks').flatMap((row) => row.memoryKb ?? [])
  return [
    atMost(`1a: nothing changed ÷ git status, ${at}`, ratio(nothing('pawl'), git), 1.5),
    atLeast(`1b: turbo ÷ pawl, nothing changed, ${at}`, ratio(nothing('turbo'), nothing('pawl')), 10),
    atMost(`1c: pawl ÷ turbo, nothing changed, at ${smallest} packages`, ratio(nothing('pawl', smallest), nothing('turbo', smallest)), 1),
    growth(sizes, nothing),
    atMost(`2a: one file changed ÷ (the tasks alone + 1.2 × goal 1a), ${at}`, ratio(wall('code', largest, 'pawl'), sum(alone, git, 1.2 * 1.5)), 1),
    atLeast(`2b: turbo ÷ pawl, one file changed, ${at}`, ratio(wall('code', largest, 'turbo'), wall('code', largest, 'pawl')), 5),
    atMost(`3: cold ÷ ninja, ${at}`, ratio(wall('cold', largest, 'pawl'), wall('cold', largest, 'ninja')), 1.1),
    atMost(`4a: outputs restored ÷ turbo, ${at}`, ratio(wall('restore', largest, 'pawl'), wall('restore', largest, 'turbo')), 1),
    atMost(`4b: new worktree ÷ restore, ${at}`, ratio(wall('worktree', largest, 'pawl'), wall('restore', largest, 'pawl')), 1.2),
    executedNothing(rowOf(rows, 'worktree', largest, 'pawl')),
    measured(`5: peak memory, ${at}`, memory.length === 0 ? undefined : Math.max(...memory) / 1024, 'MB', 60),
    measured('6a: git hook, nothing new to check', hook(rows, 'hooks again', 'pawl'), 'ms', 10),
    atMost('6b: ten hooks on 1,000 files ÷ lefthook', ratio(hook(rows, 'hooks', 'pawl'), hook(rows, 'hooks', 'lefthook')), 1),
  ]
}

/** Only told: what the tasks add over the look at the files, from the smallest to the largest size. */
function growth(sizes: readonly number[], nothing: (tool: string, size: number) => number | undefined): Line {
  const parts = sizes.flatMap((size) => {
    const over = ratio(nothing('pawl', size), nothing('git status --porcelain', size))
    return over === undefined ? [] : [`${over.toFixed(2)} × git status at ${size} packages`]
  })
  return parts.length === 0
    ? 'goal 1d: growth with the number of tasks: not measured'
    : `goal 1d: growth with the number of tasks: ${parts.join(', ')} (told, not judged)`
}

function executedNothing(row: Row | undefined): Line {
  if (row?.executed === undefined) return 'goal 4c: everything reused in a new worktree: not measured'
  return `goal 4c: ${row.executed} tasks executed in a new worktree (goal 0): ${row.executed === 0 ? 'reached' : 'missed'}`
}

function hook(rows: readonly Row[], scenario: string, tool: Runner['name']): number | undefined {
  const row = rows.find((each) => each.scenario === scenario && each.tool === tool && each.wrong === undefined && each.samples.length > 0)
  return row === undefined ? undefined : wallMs(row)
}

const ratio = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a / b)
const sum = (a: number | undefined, b: number | undefined, times: number): number | undefined =>
  a === undefined || b === undefined ? undefined : a + times * b

const atMost = (name: string, value: number | undefined, limit: number): Line => judged(name, value, '×', limit, (found) => found <= limit)
const atLeast = (name: string, value: number | undefined, limit: number): Line => judged(name, value, '×', limit, (found) => found >= limit)
const measured = (name: string, value: number | undefined, unit: string, limit: number): Line => judged(name, value, unit, limit, (found) => found <= limit)

function judged(name: string, value: number | undefined, unit: string, limit: number, reached: (value: number) => boolean): Line {
  if (value === undefined) return `goal ${name}: not measured`
  const missed = value > limit ? `${(value / limit).toFixed(2)} times too much` : `${(limit / value).toFixed(2)} times too little`
  return `goal ${name}: ${value.toFixed(2)} ${unit} (goal ${limit}): ${reached(value) ? 'reached' : `missed, ${missed}`}`
}
