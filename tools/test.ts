/** The one test command: builds and checks, then all tests, always two parts at a time; stops at the first part that fails, and ends with the count of tests. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

type Part = { readonly name: string; readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> }

const bun = process.execPath
const bin = (name: string): string => join('node_modules/.bin', name)
const journeys = (runtime: string, names: readonly string[] = [''], which = ''): Part => ({
  name: `journeys on ${runtime}${which}`,
  argv: [bun, 'test', ...names.map((name) => `test/journeys/${name}`), '--timeout', '60000'],
  env: { PAWL_RUNTIME: runtime },
})

const gates: readonly Part[] = [
  { name: 'build', argv: [bun, 'tools/build.ts'] },
  { name: 'types', argv: [bin('tsc'), '-b'] },
  { name: 'lint', argv: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format', argv: [bin('oxfmt'), '--check'] },
  { name: 'unused', argv: [bin('knip')] },
  { name: 'generated files', argv: [bun, 'tools/generated.ts', '--check'] },
]

const journeyFiles = readdirSync('test/journeys')
  .filter((name) => name.endsWith('.test.ts'))
  .toSorted()
/** Agents at work, each journey with runs of its own: as long as all others together, so they are a command of their own, in CI, too. What begins with these, but for the first journey of each. */
const work = /^(?:agents?-|coverage-improve|demo-|library-agents|mcp|pull-requests|roadmap-|services|trust)/
const workFiles = journeyFiles.filter((name) => work.test(name))
const usualFiles = journeyFiles.filter((name) => !work.test(name))
/** Neighbours in the alphabet are alike, and take about as long. */
const dealt = (names: readonly string[], count: number): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, part) => names.filter((__, at) => at % count === part))
const rooms = readdirSync('src').filter((name) => name !== 'host')

/** One of each kind; the rest of what the source does is the same on every runtime. */
const onNode = [
  'agents-asking',
  'agents.test',
  'attacks',
  'crash',
  'damage',
  'hooks',
  'mcp',
  'nothing',
  'plugins',
  'reuse.test',
  'roadmap.test',
  'services',
  'side-by-side',
  'staged',
  'stream',
  'terminal',
  'two-terminals',
  'untouched',
  'warm',
  'watch',
].filter((name) => journeyFiles.some((file) => file.startsWith(name)))

/** Tests wait for processes half of their time: two parts at a time fill two processors. The long ones first, so that both ends come at about the same time. */
const parts: readonly Part[] = [
  ...dealt(usualFiles, 2).map((names, at) => journeys('executable', names, `, half ${at + 1}`)),
  // What the bundle and the runtime could break: processes, signals, files, databases, terminals, streams, modules, servers.
  journeys('node', onNode),
  {
    name: 'tests',
    argv: [bun, 'test', '--timeout', '60000', ...rooms.map((room) => `./src/${room}`)].concat(
      ['./bench', './test/house.test.ts', './test/docs.test.ts'],
      ['./test/contracts', './test/simulation'],
    ),
    env: { PAWL_RUNTIME: 'executable' },
  },
  { name: 'tests of processes, files and git', argv: [bun, 'test', '--timeout', '60000', './src/host'] },
  // The executable is the same source on the same runtime: from source only what would show a fault of the bundle is played.
  journeys('bun', ['stream', 'nothing']),
]

/** Programs that journeys need besides Node, npm and git, with their Debian packages. A journey whose program is missing says so and is skipped. */
const programs: readonly (readonly [program: string, debian: string])[] = [
  ['tmux', 'tmux'],
  ['strace', 'strace'],
  ['unshare', 'util-linux'],
  ['faketime', 'faketime'],
  ['busybox', 'busybox'],
  ['bwrap', 'bubblewrap'],
]

function setUp(): void {
  const missing = programs.filter(([program]) => !(process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program))))
  if (missing.length === 0) return
  const packages = missing.map(([, debian]) => debian)
  const possible = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  console.log(possible ? `installing ${packages.join(', ')}` : `missing and not installable here: ${packages.join(', ')}`)
  if (!possible) return
  spawnSync('apt-get', ['update', '--quiet'], { stdio: 'ignore' })
  const { status } = spawnSync('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...packages], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) console.error(`could not install ${packages.join(', ')}: journeys that need them are skipped`)
}

type Counted = { readonly passed: number; readonly failed: number }

/** Counts the tests in what a part prints; shows it as it comes, or at the end where another part prints at the same time. */
function run(part: Part, live: boolean): Promise<{ readonly code: number | null } & Counted> {
  const [program = '', ...args] = part.argv
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...part.env } })
  let text = ''
  const heard = (chunk: Buffer): void => {
    text += chunk.toString()
    if (live) process.stdout.write(chunk)
  }
  child.stdout.on('data', heard)
  child.stderr.on('data', heard)
  const count = (word: string): number => [...text.matchAll(new RegExp(`^ +(\\d+) ${word}$`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (!live) process.stdout.write(text)
      resolve({ code, passed: count('pass'), failed: count('fail') })
    })
  })
}

/** Played only when they are named: `npm run test:work`, `npm run test:faults`, and the check of pawl.yaml. */
const named: readonly Part[] = [
  ...dealt(workFiles, 2).map((names, at) => ({ ...journeys('executable', names), name: `work of agents, half ${at + 1}` })),
  // Many short lives of the shipped program: from source they would take twice as long.
  { name: 'faults', argv: [bun, 'test', 'test/faults', '--timeout', '300000'], env: { PAWL_RUNTIME: 'executable' } },
  journeys(
    'executable',
    ['quality', 'mending', 'reuse', 'nothing', 'stream', 'crash', 'staged', 'hooks', 'untouched', 'agents.test', 'roadmap.test'],
    ', in short',
  ),
]

const wanted = process.argv.slice(2)
setUp()
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
const started = performance.now()
let total: Counted = { passed: 0, failed: 0 }
let broken: string | undefined

async function play(part: Part, live: boolean): Promise<void> {
  const at = performance.now()
  console.log(`── ${part.name}`)
  const { code, passed, failed } = await run(part, live)
  total = { passed: total.passed + passed, failed: total.failed + failed }
  console.log(`── ${part.name}: ${code === 0 ? 'passed' : `failed with exit code ${code}`}, ${seconds(at)}`)
  if (code !== 0) broken ??= part.name
}

/** Until nothing is left, or something broke. */
async function playAll(queue: Part[], live: boolean): Promise<void> {
  for (let part = queue.shift(); part !== undefined && broken === undefined; part = queue.shift()) await play(part, live)
}

/** In the order in which they stand; without a word all but those that want to be named. */
const wantedOf = (all: readonly Part[], others: readonly Part[] = []): Part[] =>
  wanted.length === 0 ? [...all] : [...all, ...others].filter(({ name }) => wanted.some((word) => name.includes(word)))
const [first, queue] = [wantedOf(gates), wantedOf(parts, named)]
const strange = wanted.filter((word) => ![...gates, ...parts, ...named].some(({ name }) => name.includes(word)))
if (strange.length > 0 || first.length + queue.length === 0) {
  console.error(`no part is called ${strange.join(', ')}; there are ${[...gates, ...parts, ...named].map(({ name }) => name).join('; ')}`)
  process.exit(2)
}
for (const each of [first, queue]) {
  const isAlone = each.length < 2
  await Promise.all([playAll(each, isAlone), playAll(each, isAlone)])
}
console.log(broken === undefined ? `all parts passed in ${seconds(started)}` : `stopped at: ${broken}`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = broken === undefined ? 0 : 1
