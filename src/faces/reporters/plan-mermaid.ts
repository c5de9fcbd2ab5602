/** A plan as a Mermaid flowchart. Ids are numbers of ours, so names may hold anything. */
import type { Plan } from '../../model/plan.ts'
import { planEdges, type PlanRow, planRows, type Previews } from './plan-preview.ts'
import { safeLine } from './safe-text.ts'

export function planMermaid(plan: Plan, previews: Previews): string {
  const rows = planRows(plan, previews)
  const ids = new Map(rows.map((row, i) => [row.id, `n${i}`]))
  const stages = [...Map.groupBy(rows, (row) => row.stage)].flatMap(([stage, members], i) => [
    `  subgraph s${i}[${label([stage])}]`,
    ...members.map((row) => `    ${ids.get(row.id) ?? ''}${node(row)}`),
    '  end',
  ])
  const edges = planEdges(rows).map(({ from, to, kind }) => `  ${ids.get(from) ?? ''} ${arrows[kind]} ${ids.get(to) ?? ''}`)
  return ['flowchart LR', ...stages, ...edges, ...styles, ''].join('\n')
}

const arrows = { needs: '-->', after: '-.->', fix: '-. fix .->' } as const

const styles = [
  '  classDef run stroke:#2da44e',
  '  classDef reuse stroke:#0969da,stroke-dasharray:2',
  '  classDef skip stroke:#9a6700,color:#9a6700',
  '  classDef fix stroke:#8250df',
]

function node({ id, would, why }: PlanRow): string {
  const text = label(why === '' ? [id] : [id, why])
  return `${would === 'fix' ? `([${text}])` : `[${text}]`}:::${would}`
}

/** Mermaid reads "#34;" as the character with that number; everything that could mean something to it is written so. */
function label(texts: readonly string[]): string {
  const lines = texts.map((line) => safeLine(line).replace(/[^\p{L}\p{N} _.,:/-]/gu, (char) => `#${char.codePointAt(0) ?? 0};`))
  return `"${lines.join('<br/>')}"`
}
