import { afterEach, beforeEach, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentSymptoms } from './agent-symptoms.ts'
import { findSite } from './site.ts'
import type { Symptom } from './symptom.ts'

let base = ''
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-symptoms-')))
  mkdirSync(join(base, 'bin'))
  mkdirSync(join(base, 'work'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const flags =
  '--print --output-format --permission-mode --tools --allowedTools --mcp-config --strict-mcp-config --setting-sources --add-dir --session-id --resume'

/** Puts a program on PATH: it tells its version and flags, and in a turn does `act`. */
function install(name: string, act: string, version = "console.log('9.8.7')"): void {
  const path = join(base, 'bin', name)
  writeFileSync(
    path,
    `#!${process.execPath}
import { writeFileSync } from 'node:fs'
const words = process.argv.slice(2)
const ask = async () => (await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
  method: 'POST', body: JSON.stringify({ model: 'x', tools: [{ name: 'Write' }], messages: [] }) })).json()
if (words.includes('--version')) { ${version} }
else if (words.includes('--help')) console.log(${JSON.stringify(flags)})
else { ${act} }
`,
  )
  chmodSync(path, 0o755)
}

const honest = `const { content: [{ input }] } = await ask(); writeFileSync(input.file_path, input.content); await ask()
  console.log(JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'done' }))`

async function symptoms(yaml: string, trial: boolean, env: Readonly<Record<string, string>> = {}): Promise<readonly Symptom[]> {
  writeFileSync(join(base, 'work/pawl.yaml'), `detect: false\n${yaml}`)
  const site = await findSite(join(base, 'work'), { PATH: join(base, 'bin'), HOME: base, ...env })
  if (!site.ok) throw new Error(JSON.stringify(site.failures))
  const found = await agentSymptoms(site.value, { trial })
  // Whether there is a sandbox depends on the machine.
  expect(found.at(-1)?.name).toBe('sandbox')
  return found.slice(0, -1)
}

test('nobody is there, and nobody was named', async () => {
  expect(await symptoms('', false)).toMatchObject([{ name: 'agents', state: 'fine', text: expect.stringContaining('none: PATH has none of claude, codex') }])
})

test('who is on PATH and who is named is listed with its version; a slow one keeps nobody waiting', async () => {
  install('claude', '')
  install('codex', '', 'setTimeout(() => undefined, 60_000)')
  const begin = performance.now()
  const found = await symptoms('agents: { gone: { command: [nowhere] }, own: { command: [claude, --edit] } }\nwork: { agent: gemini }\n', false)
  expect(performance.now() - begin).toBeLessThan(10_000)
  expect(found).toMatchObject([
    { name: 'agent gone', state: 'warning', text: 'not installed: PATH has no program nowhere' },
    { name: 'agent own', state: 'fine', text: `any program (command), ${join(base, 'bin/claude')}` },
    { name: 'agent gemini', state: 'warning', text: 'not installed: PATH has no program gemini' },
    { name: 'agent claude', state: 'fine', text: `9.8.7, ${join(base, 'bin/claude')}` },
    { name: 'agent codex', state: 'fine', text: `no version within 900 ms, ${join(base, 'bin/codex')}` },
  ])
})

test('with a trial it is told that one works, with the time; no key of the user reaches it, and no proxy but a dead one', async () => {
  install('claude', `if (Object.values(process.env).some((value) => value.includes('secret') || value.includes('example'))) process.exit(9)\n${honest}`)
  const env = { ANTHROPIC_API_KEY: 'secret', ANTHROPIC_BASE_URL: 'https://model.example', HTTPS_PROXY: 'http://proxy.example' }
  const [found] = await symptoms('', true, env)
  expect(found).toMatchObject({ name: 'agent claude', state: 'fine' })
  expect(found?.text).toMatch(/^9\.8\.7, \S+; login by ANTHROPIC_API_KEY; works: edited a file in [\d.]+ m?s, for nothing$/)
})

test.each([
  ['', 'warning'],
  ['work: { agent: claude }\n', 'broken'],
])('one that does not work is told, and is more than a remark where it is wanted: %j', async (yaml, state) => {
  install('claude', 'console.error("no such flag"); process.exit(2)')
  const [found] = await symptoms(yaml, true)
  expect(found).toMatchObject({
    state,
    text: expect.stringContaining('does not work: crashed: it ended with exit code 2: no such flag; it never asked the model'),
  })
})
