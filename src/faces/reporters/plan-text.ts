/** A plan as text, by stage: what would run and why, what would be reused, what each check needs and which fixes it has. */
import type { Plan } from '../../model/plan.ts'
import type { Task, TaskId } from '../../model/task.ts'
import { countText } from './finding-text.ts'
import { type Palette, palette as paletteOf } from './palette.ts'
import { levelNames, type PlanRow, planRows, type Previews } from './plan-preview.ts'
import { reproduceText } from '../../model/reproduce.ts'
import { safeLine } from './safe-text.ts'
import { textWidth } from './text-width.ts'

const words = { run: 'run', reuse: 'reuse', skip: 'skip', fix: 'fix' } as const satisfies Record<PlanRow['would'], string>

export function planText(plan: Plan, previews: Previews, palette: Palette = paletteOf(false)): string {
  const rows = planRows(plan, previews).filter((row) => row.would !== 'fix')
  const width = Math.min(32, Math.max(0, ...rows.map((row) => textWidth(safeLine(row.id)))))
  const stages = [...Map.groupBy(rows, (row) => row.stage)]
  const blocks = stages.flatMap(([stage, members]) => [palette.bold(safeLine(stage)), ...members.flatMap((row) => rowLines(row, plan, width, palette)), ''])
  return `${[...blocks, totalLine(rows)].join('\n')}\n`
}

function rowLines(row: PlanRow, plan: Plan, width: number, palette: Palette): string[] {
  const name = safeLine(row.id)
  const ink = { run: palette.green, reuse: palette.cyan, skip: palette.yellow, fix: palette.cyan }[row.would]
  const padding = ' '.repeat(Math.max(0, width - textWidth(name)))
  const head = `  ${ink(words[row.would].padEnd(5))}  ${name}${padding}  ${safeLine(row.why)}`.trimEnd()
  return [head, ...(row.task === undefined ? [] : aboutLines(row.task, plan)).map((line) => `${' '.repeat(9)}${palette.dim(line)}`)]
}

function aboutLines(task: Task, plan: Plan): string[] {
  const names = (word: string, ids: readonly TaskId[]): string[] => (ids.length === 0 ? [] : [`${word}: ${ids.map(safeLine).join(', ')}`])
  const fixes = task.fixes.flatMap((id) => {
    const fix = plan.tasks.get(id)?.task
    return fix === undefined ? [] : [`fix: ${safeLine(id)} (${levelNames[fix.level]})  $ ${safeLine(reproduceText(fix))}`]
  })
  const { guards = [] } = task
  const written = task.needs.filter((need) => !guards.includes(need))
  const advisory = task.severity === 'advisory' ? ['advisory: may fail without making the run fail'] : []
  return [
    `$ ${safeLine(reproduceText(task))}`,
    `because: ${safeLine(task.reason)}`,
    ...(task.security === undefined ? [] : [`security: ${task.security}`]),
    ...names('needs', written),
    ...names('waits for', guards).map((line) => `${line} (critical: nothing that comes later runs before it passed)`),
    ...names('after', task.after),
    ...fixes,
    ...advisory,
  ]
}

function totalLine(rows: readonly PlanRow[]): string {
  const count = (would: PlanRow['would']): number => rows.filter((row) => row.would === would).length
  return `${countText(rows.length, 'check')}: ${count('run')} to run, ${count('reuse')} to reuse, ${count('skip')} left out`
}
