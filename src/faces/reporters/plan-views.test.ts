/** A plan as text, drawings and JSON. */
import { expect, test } from 'bun:test'
import { taskId } from '../../model/task.ts'
import { planDot } from './plan-dot.ts'
import { planJson } from './plan-json.ts'
import { planMermaid } from './plan-mermaid.ts'
import type { Previews } from './plan-preview.ts'
import { planText } from './plan-text.ts'
import { expectGolden, samplePlan } from './sample.test.ts'

const plan = samplePlan(
  {
    'node-version': { stage: 'environment' },
    'npm:install': { stage: 'dependencies', needs: ['node-version'], fixes: ['npm:ci'] },
    'npm:ci': { role: 'fix', stage: 'dependencies', level: 0, argv: ['npm', 'ci'] },
    eslint: { needs: ['npm:install'], argv: ['npx', 'eslint', '{files}'] },
    vitest: { needs: ['npm:install'], after: [taskId('eslint')], severity: 'advisory' },
  },
  { 'platform:macos': 'only on macos; this is linux' },
)
const previews: Previews = new Map([
  [taskId('node-version'), { would: 'reuse', why: 'run 41, 2 m ago' }],
  [taskId('npm:install'), { would: 'reuse', why: 'run 41, 2 m ago' }],
  [taskId('eslint'), { would: 'run', why: 'src/a.ts changed since run 41' }],
  [taskId('vitest'), { would: 'run', why: 'it never passed here before' }],
])

test('each view of a plan looks like its golden text', () => {
  expectGolden('plan.txt', planText(plan, previews))
  expectGolden('plan.mmd', planMermaid(plan, previews))
  expectGolden('plan.dot', planDot(plan, previews))
  expectGolden('plan.json', planJson(plan, previews))
})

const odd = samplePlan({ 'a"]; evil --> x': { stage: 'end"' }, '<b>&\\N`c`': { needs: ['a"]; evil --> x'] }, '#quot;\n%%{init}': {} })

test('names with quotes, brackets and line breaks stay names in a Mermaid drawing', () => {
  const lines = planMermaid(odd, new Map()).trimEnd().split('\n')
  const allowed = /^flowchart LR$|^ {2}subgraph s\d+\["[^"<>[\]`{}]*"\]$|^ {4}n\d+\["[^"<>[\]`{}]*"\]:::run$|^ {2}end$|^ {2}n\d+ --> n\d+$|^ {2}classDef /
  expect(lines.filter((line) => !allowed.test(line))).toEqual([])
  expect(lines).toContain('    n0["a#34;#93;#59; evil --#62; x"]:::run')
})

test('names with quotes and backslashes stay names in a Graphviz drawing', () => {
  const lines = planDot(odd, new Map()).trimEnd().split('\n')
  expect(lines).toContain('    n0 [label="a\\"]; evil --> x", color=darkgreen]')
  expect(lines).toContain('    n1 [label="<b>&\\\\N`c`", color=darkgreen]')
  expect(lines.filter((line) => (line.replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 !== 0)).toEqual([])
})

test('a plan that nobody looked into is still shown', () => {
  expect(planText(plan, new Map())).toContain('  run    eslint\n')
  expect(JSON.parse(planJson(plan, new Map())).tasks).toHaveLength(6)
})
