/** A plan as a Graphviz digraph. Ids are numbers of ours, so names may hold anything. */
import type { Plan } from '../../model/plan.ts'
import { planEdges, type PlanRow, planRows, type Previews } from './plan-preview.ts'
import { safeLine } from './safe-text.ts'

export function planDot(plan: Plan, previews: Previews): string {
  const rows = planRows(plan, previews)
  const ids = new Map(rows.map((row, i) => [row.id, `n${i}`]))
  const stages = [...Map.groupBy(rows, (row) => row.stage)].flatMap(([stage, members], i) => [
    `  subgraph cluster_${i} {`,
    `    label=${label([stage])}`,
    ...members.map((row) => `    ${ids.get(row.id) ?? ''} [${node(row)}]`),
    '  }',
  ])
  const edges = planEdges(rows).map(({ from, to, kind }) => `  ${ids.get(from) ?? ''} -> ${ids.get(to) ?? ''}${arrows[kind]}`)
  return ['digraph pawl {', '  rankdir=LR', '  node [shape=box]', ...stages, ...edges, '}', ''].join('\n')
}

const arrows = { needs: '', after: ' [style=dotted]', fix: ' [style=dashed, label="fix", constraint=false]' } as const

const looks = {
  run: 'color=darkgreen',
  reuse: 'color=blue, style=dashed',
  skip: 'color=gray, fontcolor=gray',
  fix: 'shape=ellipse, color=purple',
} as const satisfies Record<PlanRow['would'], string>

const node = ({ id, would, why }: PlanRow): string => `label=${label(why === '' ? [id] : [id, why])}, ${looks[would]}`

/** A quoted string is never HTML to Graphviz; a backslash would begin an escape such as \N. */
function label(texts: readonly string[]): string {
  const lines = texts.map((line) => safeLine(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'))
  return `"${lines.join('\\n')}"`
}
