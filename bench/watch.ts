/**
 * Measures `pawl watch`: from a save to the start of the check and to the verdict, memory over many turns, and CPU while nothing happens.
 * `bun bench/watch.ts [files] [saves] [idle seconds]`; PAWL_RUNTIME=bun|executable|node as in the journeys. The machine is noisy: read medians.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pawlCommand } from '../test/journeys/rig.ts'

const [files = 2000, saves = 20, idleSeconds = 0] = process.argv.slice(2).map(Number)
const root = mkdtempSync(join(tmpdir(), 'pawl-bench-'))
const git = (...args: string[]): void => void execFileSync('git', args, { cwd: root, stdio: 'ignore' })

for (let i = 0; i < files; i++) {
  const folder = join(root, 'src', `part-${i % 50}`, `unit-${i % 500}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `file-${i}.txt`), `${i}\n`)
}
writeFileSync(
  join(root, 'pawl.yaml'),
  'detect: false\nchecks:\n  all: { command: ["true"], inputs: ["src/**"] }\n  other: { command: ["true"], inputs: [pawl.yaml] }\n',
)
git('init', '--quiet')
git('-c', 'core.fsync=none', 'add', '--all')
git('-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', 'commit', '--quiet', '--message', 'bench')

const [program = '', ...words] = pawlCommand(['watch', '--json'])
const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
type Line = { readonly type: string; readonly at: number; readonly task?: string; readonly outcome?: { readonly kind: string; readonly durationMs: number } }
let heard: (line: Line) => void = () => undefined
createInterface({ input: child.stdout }).on('line', (line) => heard(JSON.parse(line) as Line))
const lines = (): Promise<readonly Line[]> =>
  new Promise((resolve) => {
    const all: Line[] = []
    heard = (line) => {
      all.push(line)
      if (line.type === 'run.finished') resolve(all)
    }
  })
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const kilobytes = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1])
/** Of the process and of its children that have ended, in milliseconds: a tick is 10. */
const cpuMs = (): number => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]) * 10, 0)
}

await lines()
await pause(1500)
const target = join(root, 'src/part-1/unit-1/file-1.txt')
const start: number[] = []
const verdict: number[] = []
const beside: number[] = []
const memory: number[] = []
/** For comparison, at the same load of the machine. */
const status: number[] = []
for (let i = 0; i < saves; i++) {
  await pause(150 + Math.random() * 100)
  const before = performance.now()
  execFileSync('git', ['status', '--porcelain'], { cwd: root, stdio: 'ignore' })
  status.push(performance.now() - before)
  const told = lines()
  const at = performance.timeOrigin + performance.now()
  if (i % 2 === 0) writeFileSync(target, `save ${i} ${at}\n`)
  else {
    writeFileSync(`${target}~`, `save ${i} ${at}\n`)
    renameSync(`${target}~`, target)
  }
  const all = await told
  const missed = all.find((line) => line.type === 'attempt.missed' && line.task === 'all')
  const ended = all.find((line) => line.type === 'attempt.finished' && line.task === 'all')
  const end = all.find((line) => line.type === 'run.finished')
  start.push((missed?.at ?? 0) - at)
  verdict.push((end?.at ?? 0) - at)
  beside.push((end?.at ?? 0) - at - (ended?.outcome?.durationMs ?? 0))
  memory.push(kilobytes() / 1024)
}
const show = (name: string, values: readonly number[]): void => {
  const sorted = [...values].sort((a, b) => a - b)
  console.log(`${name.padEnd(44)} median ${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(0)}  max ${(sorted.at(-1) ?? 0).toFixed(0)}`)
}
console.log(`${process.env['PAWL_RUNTIME'] ?? 'bun'}, ${files} files, ${saves} saves`)
show('ms of git status', status)
show('ms from save to start of the check', start)
show('ms from save to verdict', verdict)
show("ms from save to verdict, without the check's own", beside)
console.log(
  `MiB after saves 1, ${Math.ceil(saves / 4)}, ${Math.ceil(saves / 2)}, ${saves}: ${[0, saves / 4 - 1, saves / 2 - 1, saves - 1].map((i) => memory[Math.max(0, Math.floor(i))]?.toFixed(0)).join(', ')}`,
)
if (idleSeconds > 0) {
  await pause(1000)
  const before = cpuMs()
  await pause(idleSeconds * 1000)
  console.log(`CPU while idle: ${cpuMs() - before} ms in ${idleSeconds} s`)
}
child.kill('SIGINT')
await new Promise((resolve) => child.on('close', resolve))
rmSync(root, { recursive: true })
