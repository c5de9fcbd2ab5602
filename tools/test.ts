/** The one test command: sets up what tests need, builds, then every kind of check and test; stops at the first that fails. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
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
  { name: 'tests', argv: [bun, 'test', '--timeout', '60000', './src', './test/house.test.ts', './test/simulation'] },
  journeys('bun'),
  journeys('executable'),
  journeys('node'),
]

const wanted = process.argv.slice(2)
const started = performance.now()
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  const at = performance.now()
  console.log(`── ${part.name}`)
  // With a bar of dots for each run the log would be long; a failing part prints everything it has to say.
  const { status, signal } = spawnSync(part.argv[0] ?? '', part.argv.slice(1), {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...part.env },
  })
  if (status !== 0) {
    console.error(`── ${part.name} failed (${signal ?? `exit code ${status}`})`)
    process.exit(1)
  }
  console.log(`── ${part.name}: ${((performance.now() - at) / 1000).toFixed(1)} s`)
}
if (!existsSync('dist/pawl') && wanted.length === 0) throw new Error('the executable was not built')
console.log(`all parts passed in ${((performance.now() - started) / 1000).toFixed(0)} s`)
