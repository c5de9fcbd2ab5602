/** Measures a git hook: with nothing new (a stamp read by sh), and with ten trivial checks that must run. Usage: bun bench/hook.ts [FILES] [ROUNDS] */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [files, rounds] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 12)]
const pawl = join(import.meta.dirname, '../dist/pawl')
const root = mkdtempSync(join(tmpdir(), 'pawl-hook-'))
const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

type Spent = { readonly wallMs: number; readonly cpuMs: number }

/** Wall and processor time of one command with all that it started. */
function spent(argv: readonly string[]): Spent {
  const [program = '', ...args] = argv
  const at = performance.now()
  const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1', 'bash', program, ...args], { cwd: root, encoding: 'utf8' })
  const [user = 0, system = 0] = timed.stderr.trim().split(/\s+/).map(Number)
  return { wallMs: performance.now() - at, cpuMs: (user + system) * 1000 }
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

const checks = Array.from({ length: 10 }, (_, i) => `  check${i}: { command: [/bin/true, "${i}"], fast: true, inputs: ["src/**"], files: ["src/**"] }`)
writeFileSync(join(root, 'pawl.yaml'), `detect: false\nchecks:\n${checks.join('\n')}\n`)
for (let i = 0; i < files; i++) {
  mkdirSync(join(root, `src/${i % 50}`), { recursive: true })
  writeFileSync(join(root, `src/${i % 50}/f${i}.txt`), `${i}\n`)
}
git('init', '-q')
git('config', 'user.name', 'bench')
git('config', 'user.email', 'bench@example.invalid')
git('add', '-A')
git('commit', '-qm', 'one')
execFileSync(pawl, ['init', '--hooks'], { cwd: root })

const commands: Readonly<Record<string, { readonly before: (round: number) => void; readonly argv: readonly string[] }>> = {
  'empty sh': { before: () => undefined, argv: ['sh', '-c', ':'] },
  'git write-tree': { before: () => undefined, argv: ['git', 'write-tree'] },
  'hook, nothing new': { before: () => undefined, argv: ['git', 'hook', 'run', 'pre-commit'] },
  'hook, 10 checks run': {
    before: (round) => {
      for (let i = 0; i < 20; i++) writeFileSync(join(root, `src/${i}/f${i}.txt`), `${round} ${i}\n`)
      git('add', '-A')
    },
    argv: ['git', 'hook', 'run', 'pre-commit'],
  },
  'hook, partly staged': {
    before: (round) => {
      writeFileSync(join(root, 'src/0/f0.txt'), `staged ${round}\n`)
      git('add', '-A')
      writeFileSync(join(root, 'src/0/f0.txt'), `not staged ${round}\n`)
    },
    argv: ['git', 'hook', 'run', 'pre-commit'],
  },
}
const measured = new Map<string, Spent[]>(Object.keys(commands).map((name) => [name, []]))
writeFileSync(join(root, 'src/1/f1.txt'), 'changed\n')
git('add', '-A')
spent(['git', 'hook', 'run', 'pre-commit'])
for (let round = 0; round < rounds; round++)
  for (const [name, { before, argv }] of Object.entries(commands)) {
    before(round)
    measured.get(name)?.push(spent(argv))
    if (name !== 'hook, partly staged') continue
    git('add', '-A')
    spent(['git', 'hook', 'run', 'pre-commit'])
  }
console.log(`${files} files, ${rounds} rounds, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}; median ms: wall, processor`)
for (const [name, all] of measured)
  console.log(
    `${name.padEnd(22)} ${median(all.map((one) => one.wallMs))
      .toFixed(1)
      .padStart(8)} ${median(all.map((one) => one.cpuMs))
      .toFixed(1)
      .padStart(8)}`,
  )
rmSync(root, { recursive: true, force: true })
