/** Claude Code itself, against a scripted model on loopback: what pawl makes of all that it can do. */
import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, type Ended, type Repo } from '../journeys/rig.ts'
import type { Call, Step } from '../../src/host/model-script.ts'
import { modelServer, type ModelServer } from '../../src/host/model-server.ts'

const program = join(import.meta.dirname, 'node_modules/@anthropic-ai/claude-code-linux-x64/claude')
if (!existsSync(program)) throw new Error(`${program} is missing: npm run test:agents installs it`)

type Scripted = Repo & { readonly server: ModelServer; fix(...args: string[]): Promise<Ended> }

/** A file with two findings; the script of the model gets the folder that Claude works in from what it is asked. */
async function scripted(steps: readonly (Step | ((folder: string) => Step))[], silence = '60s'): Promise<Scripted> {
  const repo = await newRepo({ 'src/a.txt': 'alpha\nBUG one\nBUG two\n' })
  const server = await modelServer(steps.map((step) => (typeof step === 'function' ? (asked: string) => step(folderIn(asked)) : step)))
  repo.write({
    'pawl.yaml': `detect: false
checks: { lint: { command: [${repo.script('lint', 'grep -rn BUG src && exit 1; exit 0')}], inputs: ["src/**"] } }
agents: { claude: { command: [${program}], model: sonnet, silence: ${silence} } }
`,
  })
  repo.commit('config')
  const env = {
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: 'dummy-key-for-tests',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '2',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
  }
  const disposed = repo[Symbol.asyncDispose]
  return {
    ...repo,
    server,
    fix: (...args: string[]) => repo.start(['fix', '--yes', '--json', ...args], { env }).ended,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await disposed()
    },
  }
}

const folderIn = (asked: string): string => /([^"\\\s]+\/\.pawl\/fixing\/main\/tree)/.exec(asked)?.[1] ?? ''
const edit = (folder: string, line: string): readonly Call[] => [
  { tool: 'Edit', input: { file_path: `${folder}/src/a.txt`, old_string: `${line}\n`, new_string: '' } },
]
const read = (folder: string): Step => ({ calls: [{ tool: 'Read', input: { file_path: `${folder}/src/a.txt` } }] })

type Turn = {
  readonly kind: string
  readonly summary?: string
  readonly failure?: { type: string; why?: string }
  readonly spent?: { usd?: number; tokens?: number; turns?: number }
}

function turnsOf({ stdout }: Ended): readonly Turn[] {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; task?: string; outcome?: Turn })
  return events.flatMap((event) => (event.type === 'attempt.finished' && event.task === 'ai-fix' && event.outcome !== undefined ? [event.outcome] : []))
}

test('it solves one finding in each of two turns; what it used is told', async () => {
  await using repo = await scripted([
    read,
    (folder) => ({ calls: edit(folder, 'BUG one') }),
    { say: 'One is solved.' },
    read,
    (folder) => ({ calls: edit(folder, 'BUG two') }),
    { say: 'All is solved.' },
  ])
  const ended = await repo.fix()
  expect(turnsOf(ended).map(({ kind }) => kind)).toEqual(['passed', 'passed'])
  expect(turnsOf(ended)[0]?.spent).toMatchObject({ turns: 3, tokens: 3360 })
  expect(turnsOf(ended)[0]?.spent?.usd).toBeGreaterThan(0)
  expect(ended.code).toBe(0)
  expect(repo.read('src/a.txt')).toBe('alpha\n')
  expect(repo.server.asked[0]).toContain('BUG one')
})

test('it is given tools that read and edit, and no shell', async () => {
  await using repo = await scripted([{ say: 'Nothing to do.' }])
  await repo.fix()
  const { tools } = JSON.parse(repo.server.asked[0] ?? '{}') as { tools: readonly { name: string }[] }
  expect(
    tools
      .map(({ name }) => name)
      .filter((name) => name !== 'DeferredToolPlaceholder')
      .sort(),
  ).toEqual(['Edit', 'Glob', 'Grep', 'Read', 'Write'])
})

test('a done that is not true is not believed', async () => {
  await using repo = await scripted([{ say: 'All findings are solved and verified.' }])
  const ended = await repo.fix()
  expect(turnsOf(ended)[0]?.summary).toBe('it changed nothing; it says: All findings are solved and verified.')
  expect(ended.code).toBe(1)
})

test('outside of its copy it can write nothing', async () => {
  await using repo = await scripted([
    (folder) => ({ calls: [{ tool: 'Write', input: { file_path: folder.replace('/.pawl/fixing/main/tree', '/src/outside.txt'), content: 'x' } }] }),
    { say: 'I could not.' },
  ])
  await repo.fix()
  expect(repo.exists('src/outside.txt')).toBe(false)
})

test('a rate limit that passes is waited for', async () => {
  await using repo = await scripted([
    { status: 429, type: 'rate_limit_error', times: 2, retryAfter: 1 },
    read,
    (folder) => ({ calls: [...edit(folder, 'BUG one'), ...edit(folder, 'BUG two')] }),
    { say: 'Done.' },
  ])
  const ended = await repo.fix()
  expect(turnsOf(ended).map(({ kind }) => kind)).toEqual(['passed'])
  expect(ended.code).toBe(0)
})

test('a refused login ends the turn at once, and says so', async () => {
  await using repo = await scripted([{ status: 401, type: 'authentication_error', times: 20 }])
  const ended = await repo.fix()
  expect(turnsOf(ended)[0]?.failure?.type).toBe('agent.login')
  expect(ended.code).toBe(1)
})

test('a model that cannot be reached is no fault of the edit', async () => {
  await using repo = await scripted([])
  await repo.server.close()
  const ended = await repo.fix()
  expect(turnsOf(ended)[0]?.failure?.type).toBe('agent.overloaded')
})

test('a model that never answers: the turn is ended after the silence, and nothing of it is left', async () => {
  await using repo = await scripted([{ hang: true }], '8s')
  const ended = await repo.fix()
  expect(turnsOf(ended).map(({ kind }) => kind)).toEqual(['timed-out'])
})

test('a limit of turns is told to the program, and what is better until then is kept', async () => {
  await using repo = await scripted([read, (folder) => ({ calls: edit(folder, 'BUG one') }), read, read, read, read])
  const ended = await repo.fix('--max-turns', '3')
  expect(turnsOf(ended).map(({ kind }) => kind)).toEqual(['passed', 'failed'])
  expect(turnsOf(ended)[1]?.summary).toContain('the budget of turns is used up')
  expect(repo.read('src/a.txt')).toBe('alpha\nBUG two\n')
})
