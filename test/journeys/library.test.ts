/** The package as it is published: packed, unpacked into a project, and used by a program on Node and on Bun, with its types. */
import { expect } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Repo } from './rig.ts'

const home = join(import.meta.dirname, '../..')
const bin = (name: string): string => join(home, 'node_modules/.bin', name)

/** Without a network: what it depends on is linked from this checkout. */
async function project(files: Readonly<Record<string, string>>): Promise<Repo> {
  const repo = await newRepo({ '.gitignore': 'node_modules/\n', 'package.json': '{ "type": "module", "private": true }\n', ...files })
  const modules = join(repo.root, 'node_modules')
  mkdirSync(modules)
  const env = { ...process.env, npm_config_cache: join(repo.root, '../.npm') }
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', join(repo.root, '..')], { cwd: home, env, encoding: 'utf8' })
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  execFileSync('tar', ['-xzf', join(repo.root, '..', filename), '-C', modules])
  cpSync(join(modules, 'package'), join(modules, 'pawl'), { recursive: true })
  const { dependencies } = JSON.parse(readFileSync(join(modules, 'pawl/package.json'), 'utf8')) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) symlinkSync(join(home, 'node_modules', name), join(modules, name))
  return repo
}

const program = `
import { check, plan } from 'pawl'
const events = []
const told = []
const report = await check('.', {
  onEvent: ({ type }) => events.push(type),
  onProgress: ({ done, total }) => told.push(done + '/' + total),
  onOutput: (name, chunk) => name === 'loud' && told.push(new TextDecoder().decode(chunk).trim()),
})
const { verdict, exitCode, counts, checks, run } = report
const short = checks.map(({ id, ending, findings, why }) => [id, ending, findings.length, why ?? ''])
const stopping = AbortSignal.timeout(200)
const stopped = await check('.', { only: ['slow'], signal: stopping })
const fast = await check('.', { strategy: 'fast', dryRun: true })
const planned = await plan('.', { only: ['loud'] })
const wrong = await check('.', { strategy: 'nosuch' })
const thrown = await check('.', { only: ['loud'], force: true, onEvent: () => { throw new Error('mine') } })
const contrary = await check('.', { files: ['a'], since: 'HEAD' }).catch((error) => error.message)
console.log(JSON.stringify({
  report: { verdict, exitCode, total: counts.total, run, short },
  events: [events[0], events.at(-1)],
  told,
  stopped: [stopped.verdict, stopped.exitCode],
  fast: [fast.verdict, fast.checks.map(({ id, ending }) => id + ' ' + ending)],
  planned: planned.checks.map(({ id, would }) => id + ' ' + would),
  wrong: [wrong.verdict, wrong.exitCode, wrong.failures[0].what],
  thrown: [thrown.verdict, thrown.failures[0].what],
  contrary,
}))
`
const yaml = `detect: false
checks:
  loud: { command: "echo hello", inputs: [a.txt], fast: true }
  bad: { command: "echo a.txt:1:2: no && exit 1" }
  slow: { command: "sleep 60", timeout: 0.3, needs: [loud] }
  late: { command: 'true', needs: [bad] }
`

const expected = {
  report: {
    verdict: 'failed',
    exitCode: 1,
    total: 4,
    run: 1,
    short: [
      ['loud', 'passed', 0, ''],
      ['bad', 'failed', 1, '1 error in 1 file'],
      ['slow', 'timed-out', 0, 'it took longer than 300 ms'],
      ['late', 'blocked', 0, 'bad did not pass'],
    ],
  },
  events: ['run.started', 'run.finished'],
  stopped: ['cancelled', 130],
  fast: ['described', ['loud described', 'bad skipped', 'slow skipped', 'late skipped']],
  planned: ['loud reuse', 'bad skip', 'slow skip', 'late skip'],
  wrong: ['broken', 2, "there is no strategy 'nosuch'"],
  thrown: ['passed', "the reporter 'onEvent' failed and is switched off: mine"],
  contrary: 'pawl: at most one of files, since and staged can be given',
}

once('a program uses the packed package on Node and on Bun', async () => {
  await using repo = await project({ 'pawl.yaml': yaml, 'a.txt': 'a\n', 'program.js': program })
  for (const runtime of ['node', 'bun']) {
    repo.git('clean', '--quiet', '-fdx', '--exclude=node_modules')
    const printed = execFileSync(bin(runtime), ['program.js'], { cwd: repo.root, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: repo.root } })
    const { told, ...rest } = JSON.parse(printed) as typeof expected & { told: readonly string[] }
    expect([runtime, rest]).toEqual([runtime, expected])
    expect(told).toContain('hello')
    expect([told[0], told.at(-1)]).toEqual(['0/4', '4/4'])
  }
})

once('its types are those of what it does', async () => {
  const typed = `
import { check, planAgents, runAgents, type AgentsReport, type Event, type JobEnding, type Report } from 'pawl'
import { defineConfig, definePlugin, type Parser } from 'pawl/plugin'
import { parserContract } from 'pawl/testing'

const parser: Parser = ({ stdout }) => ({ findings: stdout === '' ? [] : [{ severity: 'error', message: stdout }] })
const plugin = definePlugin({ name: 'acme', parsers: { own: parser }, strategies: { calm: { concurrency: ({ processors }) => processors / 2 } } })
export const config = defineConfig({ plugins: [plugin], checks: { a: { command: 'true', parser: 'acme/own', security: 'critical' } } })
const seen = (event: Event): string => (event.type === 'task.blocked' ? event.by : event.type)
export const report: Report = await check('.', { onEvent: (event) => void seen(event) })
export const worked: AgentsReport = await runAgents('.', { prompts: ['prompts/'], budget: { usd: 2 }, pullRequests: 'each', signal: AbortSignal.timeout(1000) })
export const endings: readonly JobEnding[] = worked.jobs.map(({ ending }) => ending)
export const lanes: readonly (readonly string[])[] = (await planAgents('.', { tasks: ['Say hello'] })).lanes
for (const { name, run } of parserContract(parser, [])) console.log(name, run)
// @ts-expect-error: there is no such level
defineConfig({ checks: { a: { command: 'true', security: 'worst' } } })
// @ts-expect-error: a parser answers with findings
definePlugin({ name: 'acme', parsers: { own: () => 'x' } })
`
  await using repo = await project({
    'typed.ts': typed,
    'tsconfig.json': JSON.stringify({
      compilerOptions: { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true, types: [] },
      files: ['typed.ts'],
    }),
  })
  symlinkSync(join(home, 'node_modules/@types'), join(repo.root, 'node_modules/@types'))
  expect(tscIn(repo)).toBe('')
})

function tscIn(repo: Repo): string {
  try {
    return execFileSync(bin('tsc'), ['-p', '.'], { cwd: repo.root, encoding: 'utf8' })
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout)
    throw error
  }
}
