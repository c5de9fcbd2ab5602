/**
 * Measures the run that people make a hundred times a day: nothing changed. `bun bench/no-op.ts [files]` makes a repository, proves it once, and then
 * runs git status, pawl's no-op and `pawl --version` in turn; it prints medians and their ratios. Read the ratios: the machine is noisy.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const files = Number(process.argv[2] ?? 2000)
const rounds = 15
const pawl = join(import.meta.dirname, '../dist/pawl')
const root = mkdtempSync(join(tmpdir(), 'pawl-bench-'))

for (let i = 0; i < files; i++) {
  const folder = join(root, 'src', `part-${i % 50}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `file-${i}.txt`), `${i}\n`)
}
const checks = Array.from({ length: 20 }, (_, i) => `  check-${i}: { command: "true", inputs: ["src/part-${i}/**"] }`)
writeFileSync(join(root, 'pawl.yaml'), ['detect: false', 'checks:', ...checks, ''].join('\n'))
const git = (...args: string[]): void => void execFileSync('git', args, { cwd: root, stdio: 'ignore' })
git('init', '--quiet')
git('add', '--all')
git('-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', 'commit', '--quiet', '--message', 'bench')

const commands: Readonly<Record<string, readonly string[]>> = {
  'git status': ['git', 'status', '--porcelain'],
  'pawl --version': [pawl, '--version'],
  'pawl, nothing changed': [pawl, '--quiet'],
}
spawnSync(pawl, [], { cwd: root })
const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]))
for (let round = 0; round < rounds; round++) {
  for (const [name, [program = '', ...args]] of Object.entries(commands)) {
    const at = performance.now()
    const { status } = spawnSync(program, args, { cwd: root, stdio: 'ignore' })
    if (status !== 0) throw new Error(`${name} ended with ${status}`)
    times.get(name)?.push(performance.now() - at)
  }
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const base = median(times.get('git status') ?? [])
console.log(`${files} files, 20 checks, median of ${rounds}`)
for (const [name, values] of times)
  console.log(`${name.padEnd(24)} ${median(values).toFixed(1).padStart(8)} ms   ${(median(values) / base).toFixed(2)} × git status`)
rmSync(root, { recursive: true })
