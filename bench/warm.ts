/**
 * Measures ESLint and Prettier as command lines against warm workers, and `pawl watch` with and without workers.
 * `bun bench/warm.ts [files…]`, 300 and 2,000 unless others are named; PAWL_RUNTIME=bun|executable|node for the watch. The two sides take turns;
 * the machine is noisy: read ratios of one table.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { warmLaboratory, type WarmLaboratory } from '../test/contracts/warm-laboratory.ts'
import { pawlCommand } from '../test/journeys/rig.ts'

const named = process.argv.slice(2).map(Number)
const sizes = named.length === 0 ? [300, 2000] : named
const smallRounds = 5
const saves = 10

/** About forty lines of plain code that both tools accept, formatted and without faults. */
function source(number: number): string {
  const one = (part: number): string =>
    `\nexport function part${part}(items, limit) {\n  const found = [];\n  for (const item of items) {\n    if (item.size === limit + ${part}) {\n      found.push({ name: item.name, size: item.size });\n    }\n  }\n  return found.length > 0 ? found : undefined;\n}\n`
  return `import { part0 as other } from "./file-${Math.max(0, number - 1)}.ts";\n\nexport const number = ${number};\nexport const again = () => other([], number);\n${[0, 1, 2].map(one).join('')}`
}

const name = (number: number): string => `src/part-${number % 20}/file-${number}.ts`
const config = `export default [{ files: ['**/*.ts'], rules: { eqeqeq: 2, 'no-var': 2, 'prefer-const': 2, 'no-unused-vars': 2, 'no-undef': 2, 'no-shadow': 2, complexity: 2, 'max-depth': 2, 'no-unreachable': 2, 'no-dupe-keys': 2, 'no-fallthrough': 2, 'array-callback-return': 2, 'consistent-return': 2, 'no-loop-func': 2, 'require-atomic-updates': 2, 'no-useless-return': 2 } }]\n`

async function project(files: number): Promise<WarmLaboratory> {
  const made = Object.fromEntries(Array.from({ length: files }, (_, number) => [name(number), source(number)]))
  return warmLaboratory({ ...made, 'eslint.config.js': config })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const text = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`)
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`)

async function believed(lab: WarmLaboratory, tool: 'eslint' | 'prettier', words: readonly string[]): Promise<void> {
  const answer = await lab.ask(tool, words)
  if (!answer.ok || answer.exit.code !== 0) throw new Error(`${tool}: ${answer.ok ? answer.exit.stdout.slice(-500) + answer.exit.stderr : answer.why}`)
}

async function compared(lab: WarmLaboratory, tool: 'eslint' | 'prettier', files: number): Promise<void> {
  const words = tool === 'eslint' ? [] : ['--list-different']
  const all = [...words, 'src']
  const some = (many: number, round: number): readonly string[] => Array.from({ length: many }, (_, index) => name((round * many + index) % files))
  const changed = (paths: readonly string[], round: number): void => {
    for (const path of paths) writeFileSync(join(lab.root, path), `${source(round)}\nexport const round = ${round};\n`)
  }
  const rows: [string, number, number][] = []
  const pair = async (what: string, args: readonly string[]): Promise<[string, number, number]> => [
    what,
    await timed(() => lab.cli(tool, ...args)),
    await timed(() => believed(lab, tool, args)),
  ]
  rows.push(await pair('first run over all', all))
  rows.push(await pair('again over all', all))
  for (const many of [10, 1]) {
    const rounds: [string, number, number][] = []
    for (let round = 0; round < smallRounds; round++) {
      const paths = some(many, round)
      changed(paths, round)
      rounds.push(await pair('', [...words, ...paths]))
    }
    rows.push([`${many} changed`, median(rounds.map(([, cli]) => cli)), median(rounds.map(([, , warm]) => warm))])
  }
  for (const [what, cli, warm] of rows) row(tool, files, what, text(cli), text(warm), `${(cli / warm).toFixed(1)} ×`)
}

const checks = (warm: boolean): string => `detect: false
warm: ${warm}
checks:
  eslint:
    command: [eslint, --format, json, '{files}']
    whole: [src]
    files: ['src/**']
    inputs: ['src/**', eslint.config.js]
    perFile: { reads: [eslint.config.js], told: eslint }
    parser: eslint-json
  prettier:
    command: [prettier, --list-different, '{files}']
    whole: [src]
    files: ['src/**']
    inputs: ['src/**']
    perFile: { reads: [] }
    parser: file-list
`

/** From a save to the verdict, in milliseconds. */
async function watched(lab: WarmLaboratory, warm: boolean): Promise<readonly number[]> {
  lab.write({ 'pawl.yaml': checks(warm), '.gitignore': 'node_modules\n.pawl\n' })
  const [program = '', ...args] = pawlCommand(['watch', '--json'])
  const child = spawn(program, args, { cwd: lab.root, env: lab.env, stdio: ['ignore', 'pipe', 'inherit'] })
  let ended = (): void => undefined
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('"type":"run.finished"')) ended()
  })
  const verdict = (): Promise<void> => new Promise((resolve) => (ended = resolve))
  await verdict()
  const times: number[] = []
  for (let save = 0; save < saves; save++) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    const next = verdict()
    writeFileSync(join(lab.root, name(save)), `${source(save)}\nexport const save = ${warm ? save : save + 100};\n`)
    times.push(await timed(() => next))
  }
  child.kill('SIGINT')
  await new Promise((resolve) => child.once('close', resolve))
  return times
}

row('tool', 'files', 'what', 'command line', 'warm worker', 'ratio')
row('---', '---:', '---', '---:', '---:', '---:')
for (const files of sizes) {
  await using lab = await project(files)
  await compared(lab, 'eslint', files)
  await compared(lab, 'prettier', files)
}
console.log('')
row('`pawl watch`, one file saved, ESLint and Prettier', 'median', 'most')
row('---', '---:', '---:')
{
  await using lab = await project(sizes[0] ?? 300)
  for (const warm of [true, false]) {
    const times = await watched(lab, warm)
    row(warm ? 'with workers' : 'without', text(median(times)), text(Math.max(...times)))
  }
}
