import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import type { AgentNews, TurnEnd } from '../model/agent.ts'
import { acpClient, type AcpTurn } from './acp-client.ts'
import { refusalOf } from './acp-permission.ts'
import { isInFolder } from './inside-folder.ts'

const folder = join(import.meta.dirname, '../../test/agents/recorded')
const worktree = '/checkout/tree'
const recorded = readdirSync(folder).filter((name) => name.startsWith('acp.'))
type Line = { readonly dir?: string; readonly id?: unknown; readonly method?: string; readonly [key: string]: unknown }
const linesOf = (name: string): readonly Line[] =>
  readFileSync(join(folder, name), 'utf8')
    .replaceAll('<WORKTREE>', worktree)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

const turn: AcpTurn = { access: 'work', folder: worktree, brief: 'Create hello.txt' }

type Played = { readonly said: readonly Line[]; readonly news: readonly AgentNews[]; readonly end: TurnEnd | undefined; readonly isOver: boolean }

/** Plays the program's half of a recording; its answers get the ids of our questions, in their order. */
function played(lines: readonly Line[], more: Partial<AcpTurn> = {}): Played {
  const client = acpClient({ ...turn, ...more })
  const said = [JSON.parse(client.open()) as Line]
  const news: AgentNews[] = []
  let isOver = false
  const hear = (line: object): void => {
    const step = client.line(JSON.stringify(line))
    news.push(...step.news)
    said.push(...step.say.map((text) => JSON.parse(text) as Line))
    isOver = step.isOver
  }
  for (const { dir, ...line } of lines) {
    if (dir !== '<') continue
    // Ours may ask for another mode in between.
    if (line['method'] === undefined) answerMode(said, hear)
    hear(line['method'] === undefined ? { ...line, id: said.findLast(({ method, id }) => method !== undefined && id !== undefined)?.id } : line)
    answerMode(said, hear)
  }
  return { said, news, end: client.end(7), isOver }
}

function answerMode(said: readonly Line[], hear: (line: object) => void): void {
  const last = said.at(-1)
  if (last?.method === 'session/set_mode') hear({ jsonrpc: '2.0', id: last.id, result: {} })
}

const answers = (said: readonly Line[]) => said.flatMap(({ result }) => (result === undefined ? [] : [result]))
const methods = (said: readonly Line[]) => said.flatMap(({ method }) => method ?? [])

// What the programs really said, on loopback, against a scripted model.
test.each([
  ['acp.claude.jsonl', { timeMs: 7, tokens: 23_744, usd: 0.047938 }, 'allow-once'],
  ['acp.gemini.jsonl', { timeMs: 7, tokens: 24_814 }, 'proceed_once'],
  ['acp.opencode.jsonl', { timeMs: 7, usd: 0.015577 }, 'once'],
])('%s: it may edit in its folder, and the file is told', (name, spent, optionId) => {
  const { said, news, end, isOver } = played(linesOf(name))
  expect(isOver).toBe(true)
  expect(end).toMatchObject({ outcome: 'ok', said: 'Done.', spent })
  expect(answers(said)).toEqual([{ outcome: { outcome: 'selected', optionId } }])
  expect(news[0]).toEqual({ kind: 'session', id: end?.session?.id ?? '' })
  expect(news.some((one) => one.kind === 'touched' && isInFolder(worktree, one.path) && one.path.endsWith('hello.txt'))).toBe(true)
  expect(news.filter(({ kind }) => kind === 'denied')).toEqual([])
})

test('acp.codex.jsonl: it is put into a mode in which it asks', () => {
  const { said, end, news } = played(linesOf('acp.codex.jsonl'))
  expect(said.map(({ method, params }) => [method, (params as { modeId?: string } | undefined)?.modeId])).toContainEqual(['session/set_mode', 'read-only'])
  expect(end).toMatchObject({ outcome: 'ok', said: 'Done.', spent: { tokens: 22_385 } })
  expect(news).toContainEqual({ kind: 'activity', text: "cat > 'hello.txt' <<'FAKE_EOF'" })
})

test.each(['acp.claude.reject.jsonl', 'acp.gemini.reject.jsonl', 'acp.opencode.reject.jsonl'])('%s: outside of its folder it may nothing', (name) => {
  const { said, news, end } = played(linesOf(name), { folder: '/somewhere/else' })
  expect(answers(said)).toEqual([{ outcome: { outcome: 'selected', optionId: expect.stringMatching(/reject|cancel/) as string } }])
  expect(news.filter(({ kind }) => kind === 'denied')).toEqual([
    { kind: 'denied', tool: expect.any(String) as string, why: '/checkout/tree/hello.txt is outside of its folder' },
  ])
  // It says nothing any more after that.
  expect(end?.outcome).toBe(name === 'acp.opencode.reject.jsonl' ? 'denied' : 'ok')
})

test('acp.opencode.jsonl: what was not offered is refused', () => {
  const { said } = played(linesOf('acp.opencode.jsonl'))
  expect(said.flatMap(({ error }) => error ?? [])).toEqual([{ code: -32_601, message: 'not offered' }])
})

const hello = (agentCapabilities: object): Line => ({ dir: '<', id: 0, result: { protocolVersion: 1, agentCapabilities } })
const opened: Line = { dir: '<', id: 0, result: { sessionId: 's1' } }
const stop = (result: object): Line => ({ dir: '<', id: 0, result })

test.each([
  [{ loadSession: true, sessionCapabilities: { resume: {} } }, 'session/resume'],
  [{ loadSession: true }, 'session/load'],
])('an earlier conversation of %j goes on by %s', (able, method) => {
  const { said, end } = played([hello(able), { dir: '<', id: 0, result: null }, stop({ stopReason: 'end_turn' })], { resume: { id: 's0', told: { usd: 1 } } })
  expect(methods(said)).toEqual(['initialize', method, 'session/prompt'])
  expect(end?.session).toEqual({ id: 's0', told: { usd: 1 } })
})

test('what is told while it loads an earlier conversation is of the past; money counts from its beginning', () => {
  const cost = (amount: number): Line => ({
    dir: '<',
    method: 'session/update',
    params: { update: { sessionUpdate: 'usage_update', cost: { amount, currency: 'USD' } } },
  })
  const past: Line = {
    dir: '<',
    method: 'session/update',
    params: { update: { sessionUpdate: 'tool_call', toolCallId: 'a', title: 'old', kind: 'edit', status: 'completed', locations: [{ path: 'old.txt' }] } },
  }
  const { news, end } = played([hello({ loadSession: true }), past, { dir: '<', id: 0, result: {} }, cost(3), stop({ stopReason: 'end_turn' })], {
    resume: { id: 's0', told: { usd: 1 } },
  })
  expect(news).toEqual([{ kind: 'session', id: 's0' }])
  expect(end).toMatchObject({ spent: { usd: 2 }, session: { told: { usd: 3 } } })
})

test('one that keeps no conversations cannot go on', () => {
  expect(played([hello({})], { resume: { id: 's0' } })).toMatchObject({ isOver: true, end: { outcome: 'crashed' } })
})

test('the server of pawl is handed over', () => {
  const { said } = played([hello({})], { tools: ['pawl', 'mcp', '--x'] })
  expect(said.at(-1)?.['params']).toEqual({ cwd: worktree, mcpServers: [{ name: 'pawl', command: 'pawl', args: ['mcp', '--x'], env: [] }] })
})

test.each([
  [{ stopReason: 'end_turn' }, 'ok'],
  [{ stopReason: 'max_tokens' }, 'context'],
  [{ stopReason: 'max_turn_requests' }, 'turns'],
  [{ stopReason: 'refusal' }, 'refused'],
  [{ stopReason: 'cancelled' }, 'killed'],
  [{ stopReason: 'constructor' }, 'protocol'],
  [{}, 'protocol'],
])('%j ends as %s', (result, outcome) => {
  expect(played([hello({}), opened, stop(result)]).end?.outcome).toBe(outcome as 'ok')
})

test.each([
  [{ code: -32_000, message: 'Authentication required' }, 'auth'],
  [{ code: -32_603, message: 'Internal error', data: { details: 'status 429: slow down' } }, 'quota'],
  [{ code: -32_603, message: 'Internal error', data: 'who knows' }, 'crashed'],
])('the error %j ends as %s', (error, outcome) => {
  expect(played([hello({}), opened, { dir: '<', id: 0, error }]).end?.outcome).toBe(outcome as 'ok')
})

test('another version of the protocol is not spoken', () => {
  expect(played([{ dir: '<', id: 0, result: { protocolVersion: 2 } }]).end?.outcome).toBe('protocol')
})

const allowed = (call: object, access: 'edit' | 'work', tools?: readonly string[]): boolean =>
  refusalOf(call as Record<string, unknown>, { access, folder: worktree, ...(tools === undefined ? {} : { tools }) }) === undefined

test.each([
  [{ kind: 'edit', locations: [{ path: `${worktree}/a.txt` }] }, true, true],
  [{ kind: 'edit', locations: [{ path: 'a/../b.txt' }] }, true, true],
  [{ kind: 'edit', locations: [{ path: `${worktree}/../evil.txt` }] }, false, false],
  [{ kind: 'edit', locations: [{ path: 'a.txt' }, { path: '/etc/passwd' }] }, false, false],
  [{ kind: 'edit', content: [{ type: 'diff', path: '../evil' }] }, false, false],
  [{ kind: 'edit' }, false, false],
  [{ kind: 'delete', locations: [{ path: 'a.txt' }] }, true, true],
  [{ kind: 'read', locations: [{ path: 'a.txt' }] }, true, true],
  [{ kind: 'read', locations: [{ path: '/etc/passwd' }] }, false, false],
  [{ kind: 'execute', rawInput: { command: 'npm test' } }, false, true],
  [{ kind: 'execute', rawInput: { command: 'ls', cwd: '/' } }, false, false],
  [{ kind: 'fetch' }, false, true],
  [{ kind: 'switch_mode' }, false, false],
  [{}, false, true],
] as const)('%j may be done to edit: %p, to work: %p', (call, edit, work) => {
  expect([allowed(call, 'edit'), allowed(call, 'work')]).toEqual([edit, work])
})

test('the tools of pawl may be used to edit, and nothing that only looks like them', () => {
  const server = ['pawl', 'mcp']
  expect(allowed({ kind: 'other', name: 'mcp__pawl__report_done' }, 'edit', server)).toBe(true)
  expect(allowed({ kind: 'other', name: 'mcp__pawl__report_done' }, 'edit')).toBe(false)
  expect(allowed({ kind: 'other', name: 'mcp__other__pawl' }, 'edit', server)).toBe(false)
  expect(allowed({ kind: 'execute', title: 'pawl rm' }, 'edit', server)).toBe(false)
})

test.each([
  ['/a/b', '/a/b', true],
  ['/a/b', '/a/b/c', true],
  ['/a/b', '/a/bc', false],
  ['/a/b', 'file:///a/b/c%20d', true],
  ['/a/b', '../../../../x', false],
  ['/private/tmp/x', '/tmp/x/y', true],
  ['/tmp/x', '/private/tmp/x/y', true],
  ['C:\\w', 'C:\\w\\a.txt', true],
  ['C:\\w', 'C:\\other\\a.txt', false],
])('in the folder %s lies %s: %p', (home, path, is) => {
  expect(isInFolder(home, path)).toBe(is)
})

test('cut, torn and foreign lines never throw, and nothing outside is ever allowed', () => {
  const lines = recorded.flatMap((name) => linesOf(name)).map((line) => JSON.stringify(line))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...lines), fc.nat(600), fc.jsonValue(), fc.string(), fc.nat(4)), { maxLength: 12 }), (parts) => {
      const client = acpClient({ ...turn, folder: '/somewhere/else', access: 'edit' })
      client.open()
      for (const [line, cut, value, junk, id] of parts) {
        const strange = [
          { id, result: value },
          { id, method: 'session/request_permission', params: value },
          { method: 'session/update', params: { update: value } },
          { id, method: 'session/request_permission', params: { toolCall: value, options: value } },
        ]
        for (const text of [line, line.slice(0, cut), junk, ...strange.map((one) => JSON.stringify(one))])
          for (const said of client.line(text).say) if (/allow|once"|proceed/.test(said) && said.includes('"result"')) return false
      }
      return client.end(1) === undefined || typeof client.end(1)?.outcome === 'string'
    }),
    { numRuns: 200 },
  )
})
