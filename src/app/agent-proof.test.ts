import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemProcesses } from '../host/system-processes.ts'
import type { AgentKind } from '../model/agent.ts'
import { proveAgent, type AgentProof } from './agent-proof.ts'

let base = ''
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-proof-')))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const processes = systemProcesses({ graceMs: 300 })
const flags =
  '--print --output-format --permission-mode --tools --allowedTools --mcp-config --strict-mcp-config --setting-sources --add-dir --session-id --resume'

/** A program that does what the model says, in the words of Claude Code. `act`: what it does with the answer. */
const program = (act: string, help = flags): string => `
import { writeFileSync } from 'node:fs'
const words = process.argv.slice(2)
if (words.includes('--version')) console.log('9.8.7 (small)')
else if (words.includes('--help')) console.log(${JSON.stringify(help)})
else {
  const ask = async (messages) => (await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST', body: JSON.stringify({ model: 'x', tools: [{ name: 'Write' }], messages }) })).json()
  const end = (more) => console.log(JSON.stringify({ type: 'result', subtype: 'success', is_error: false, ...more }))
  const write = ({ file_path, content }) => writeFileSync(file_path, content)
  ${act}
}`

const honest = 'const { content } = await ask([]); write(content[0].input); const last = await ask([]); end({ result: last.content[0].text })'

async function proof(
  text: string,
  more: { readonly kind?: AgentKind; readonly env?: Record<string, string>; readonly argv?: readonly string[] } = {},
): Promise<AgentProof> {
  const file = join(base, 'program.mjs')
  writeFileSync(file, text)
  const { kind = 'claude', env = {}, argv = [process.execPath, file] } = more
  const whole = { PATH: process.env['PATH'] ?? '', HOME: base, ...env }
  return proveAgent(
    { name: 'mine', kind, argv, env: [], silenceMs: 1000 },
    { processes, env: whole, cwd: base, tag: `test-proof-${process.pid}`, timeoutMs: 20_000 },
  )
}

test('one that works passes', async () => {
  expect(await proof(program(honest), { env: { ANTHROPIC_API_KEY: 'secret' } })).toEqual({
    agent: 'mine',
    program: process.execPath,
    version: '9.8.7',
    login: { state: 'found', text: 'by ANTHROPIC_API_KEY' },
    missingFlags: [],
    trial: { state: 'passed', ms: expect.any(Number) },
  })
})

test.each([
  ['end({})', 'it said that it was done, and had written nothing; it never asked the model'],
  ['await ask([]); end({ result: "written" })', 'it said that it was done, and had written nothing'],
  ['const { content } = await ask([]); write(content[0].input)', 'protocol: it ended with exit code 0'],
  ['console.error("no such flag"); process.exit(2)', 'crashed: it ended with exit code 2: no such flag; it never asked the model'],
  ['if (process.env.ANTHROPIC_AUTH_TOKEN) process.exit(9); end({})', 'it said that it was done, and had written nothing; it never asked the model'],
])('one that does %j fails, and why is told', async (act, why) => {
  expect((await proof(program(act), { env: { ANTHROPIC_AUTH_TOKEN: 'secret' } })).trial).toMatchObject({ state: 'failed', why })
})

test('flags that its help does not name are told', async () => {
  expect((await proof(program(honest, '--print --tools'))).missingFlags).toContain('--session-id')
})

test('a login in a file is found, and none is not called missing', async () => {
  expect((await proof(program(honest))).login.state).toBe('unknown')
  writeFileSync(join(base, '.credentials.json'), '{}')
  expect((await proof(program(honest), { env: { CLAUDE_CONFIG_DIR: base } })).login).toEqual({ state: 'found', text: `by ${join(base, '.credentials.json')}` })
})

test('what is not there, or may be anything, is not tried', async () => {
  expect(await proof('', { argv: [join(base, 'nowhere')] })).toMatchObject({ trial: { state: 'untried' } })
  expect(await proof('', { kind: 'command' })).toMatchObject({ program: process.execPath, trial: { state: 'untried' } })
})
