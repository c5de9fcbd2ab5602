/** The one test command: builds, then every kind of check and test; stops at the first that fails, and ends with the count of tests. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

type Part = { readonly name: string; readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> }

const bun = process.execPath
const bin = (name: string): string => join('node_modules/.bin', name)
const journeys = (runtime: string): Part => ({
  name: `journeys on ${runtime}`,
  argv: [bun, 'test', 'test/journeys', '--timeout', '60000'],
  env: { PAWL_RUNTIME: runtime },
})

const parts: readonly Part[] = [
  { name: 'build', argv: [bun, 'tools/build.ts'] },
  { name: 'types', argv: [bin('tsc'), '-b'] },
  { name: 'lint', argv: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format', argv: [bin('oxfmt'), '--check'] },
  { name: 'unused', argv: [bin('knip')] },
  { name: 'generated files', argv: [bun, 'tools/generated.ts', '--check'] },
  { name: 'tests', argv: [bun, 'test', '--timeout', '60000', './src', './test/house.test.ts', './test/docs.test.ts', './test/contracts', './test/simulation'] },
  journeys('bun'),
  journeys('executable'),
  journeys('node'),
]

type Counted = { readonly passed: number; readonly failed: number }

/** Shows what a part prints as it comes, and counts the tests in it. */
function run(part: Part): Promise<{ readonly code: number | null } & Counted> {
  const [program = '', ...args] = part.argv
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...part.env } })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => ((text += chunk.toString()), process.stdout.write(chunk)))
  child.stderr.on('data', (chunk: Buffer) => ((text += chunk.toString()), process.stderr.write(chunk)))
  const count = (word: string): number => [...text.matchAll(new RegExp(`^ +(\\d+) ${word}$`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, passed: count('pass'), failed: count('fail') }))
  })
}

const wanted = process.argv.slice(2)
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
const started = performance.now()
let total: Counted = { passed: 0, failed: 0 }
let broken: string | undefined
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  const at = performance.now()
  console.log(`── ${part.name}`)
  const { code, passed, failed } = await run(part)
  total = { passed: total.passed + passed, failed: total.failed + failed }
  console.log(`── ${part.name}: ${code === 0 ? 'passed' : `failed with exit code ${code}`}, ${seconds(at)}`)
  if (code !== 0) broken = part.name
  if (broken !== undefined) break
}
console.log(broken === undefined ? `all parts passed in ${seconds(started)}` : `stopped at: ${broken}`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = broken === undefined ? 0 : 1
