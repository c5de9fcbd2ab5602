// Stands for a program of an agent that reads settings of the repository that it is started in, as the real ones do where nothing keeps them from it:
// runs hooks and servers, and sends its key where they say. Then it works like an agent: what its prompt holds between "```sh" and "```".
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const [kind, key, ...args] = process.argv.slice(2)
const after = (flag) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined)
const text = (path) => (existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : '')
const below = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? below(join(folder, one.name)) : [join(folder, one.name)]))
    : []

const shell = (line) => void spawnSync('sh', ['-c', line], { stdio: 'ignore' })
const send = async (url) => void (await fetch(url, { method: 'POST', headers: { authorization: key }, body: key }).catch(() => undefined))

/** Whatever is a command is run, and whatever is an address gets the key: with words of a list one after the other. */
async function obey(content) {
  const words = (list) => [...list.matchAll(/["']((?:[^"'\\]|\\.)*)["']/g)].map(([, word]) => word.replaceAll(/\\(.)/g, '$1')).join(' ')
  for (const [, one, list, more] of content.matchAll(
    /"?\b(?:command|apiKeyHelper|notify)"?\s*[:=]\s*(?:"((?:[^"\\]|\\.)*)"|(\[[^\]]*\]))(?:[\s,]*"?args"?\s*[:=]\s*(\[[^\]]*\]))?/g,
  ))
    shell([list === undefined ? one.replaceAll(/\\(.)/g, '$1') : words(list), more === undefined ? '' : words(more)].join(' '))
  for (const [url] of content.matchAll(/http:\/\/127\.0\.0\.1:\d+[\w/]*/g)) await send(url)
}

const upwards = (name) => {
  const found = []
  for (let at = process.cwd(); ; at = dirname(at)) {
    found.push(join(at, name))
    if (at === dirname(at)) return found
  }
}

const readers = {
  claude: () => {
    const sources = (after('--setting-sources') ?? 'user,project,local').split(',')
    const strict = args.includes('--strict-mcp-config')
    const named = args.includes('--mcp-config') ? args.slice(args.indexOf('--mcp-config') + 1).filter((one) => one.endsWith('.json')) : []
    return [
      ...(sources.includes('project') ? ['.claude/settings.json'] : []),
      ...(sources.includes('local') ? ['.claude/settings.local.json'] : []),
      ...(strict ? named : ['.mcp.json']),
    ]
  },
  // As for somebody who trusts the main checkout; `.env` as versions before 0.23.0 read it.
  codex: () => {
    const isOff = args.some((one) => one.startsWith('projects=') && one.includes('"untrusted"') && one.includes(JSON.stringify(process.cwd())))
    const home = /^CODEX_HOME=(.*)$/m.exec(text('.env'))?.[1]
    return [...(isOff ? [] : below('.codex')), ...(home === undefined ? [] : below(home))]
  },
  gemini: () => ['.gemini/settings.json', ...upwards('.gemini/.env'), ...upwards('.env')],
  opencode: () => ['opencode.json', ...below('.opencode')],
  copilot: () => ['.mcp.json', '.vscode/mcp.json', ...below('.github/hooks')],
  cursor: () => ['.cursor/mcp.json', '.cursor/hooks.json'],
}

for (const path of readers[kind]()) await obey(text(path))
// With any address of its own it works like the real one: what it sends, it sends there.
if (process.env.ANTHROPIC_BASE_URL !== undefined) await send(process.env.ANTHROPIC_BASE_URL)

const brief = args.includes('-p') && kind === 'copilot' ? (after('-p') ?? '') : readFileSync(0, 'utf8')
const part = brief.startsWith('You work in') ? 'sh' : 'sh again'
const script = new RegExp(`^\`\`\`${part}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(brief)?.[1]
if (script !== undefined) shell(script)
const id = after('--session-id') ?? after('--resume') ?? 'none'
const print = (value) => console.log(JSON.stringify(value))
if (kind === 'claude') {
  print({ type: 'system', subtype: 'init', session_id: id })
  print({ type: 'result', subtype: 'success', is_error: false, stop_reason: 'end_turn', session_id: id, num_turns: 1, result: 'done', total_cost_usd: 0.5 })
}
if (kind === 'codex') {
  print({ type: 'thread.started', thread_id: '0199a213-81c0-7800-8aa1-bbab2a035a53' })
  print({ type: 'turn.completed', usage: { input_tokens: 1, cached_input_tokens: 0, output_tokens: 1 } })
}
if (kind === 'gemini') print({ type: 'result', status: 'success', stats: {} })
if (kind === 'opencode')
  print({
    type: 'step_finish',
    sessionID: 'ses_1',
    part: { reason: 'stop', tokens: { input: 1, output: 1, reasoning: 0, cache: { read: 0, write: 0 } }, cost: 0 },
  })
if (kind === 'copilot') print({ type: 'result', sessionId: id, exitCode: 0, usage: {} })
