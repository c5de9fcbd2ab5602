import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import type { AgentNews, Session, TurnEnd, TurnOutcome } from '../model/agent.ts'
import { newsText } from '../model/news-text.ts'
import type { AgentStream } from './agent-stream.ts'
import { claudeStream } from './claude-stream.ts'
import { codexStream } from './codex-stream.ts'
import { copilotStream } from './copilot-stream.ts'
import { geminiStream, outcomeOfGeminiCode } from './gemini-stream.ts'
import { opencodeStream } from './opencode-stream.ts'

const folder = join(import.meta.dirname, '../../test/agents/recorded')
const linesOf = (name: string): readonly string[] => readFileSync(join(folder, name), 'utf8').split('\n')
const recorded = readdirSync(folder)

const streams: Readonly<Record<string, (resume?: Session) => AgentStream>> = {
  claude: claudeStream,
  codex: codexStream,
  gemini: () => geminiStream(),
  opencode: () => opencodeStream(),
  copilot: (resume) => copilotStream(resume?.id),
}

type Heard = { readonly end: TurnEnd | undefined; readonly news: readonly AgentNews[]; readonly stops: readonly string[] }

function heard(program: string, lines: readonly string[], warnings: readonly string[] = [], resume?: Session): Heard {
  const stream = streams[program]?.(resume)
  if (stream === undefined) throw new Error(`no stream of ${program}`)
  const told = [...warnings.flatMap((line) => stream.warning?.(line) ?? []), ...lines.map((line) => stream.line(line))]
  return { end: stream.end(5), news: told.flatMap(({ news }) => news), stops: told.flatMap(({ stop }) => stop ?? []) }
}

function played(name: string, resume?: Session): Heard {
  const warnings = `${name}.stderr.txt`
  return heard(name.split('.')[0] ?? '', linesOf(`${name}.jsonl`), recorded.includes(warnings) ? linesOf(warnings) : [], resume)
}

const first = (program: string): Session | undefined => played(program).end?.session

// What the programs really printed, on loopback, against a scripted model.
test.each([
  ['claude', 'ok', { timeMs: 5, turns: 3, tokens: 3990, usd: 0.00756 }],
  ['claude.denied', 'ok', { timeMs: 5, turns: 2, tokens: 25_373, usd: 0.051146 }],
  ['claude.error-400', 'refused', { timeMs: 5, turns: 1, tokens: 0, usd: 0 }],
  ['claude.error-401', 'auth', { timeMs: 5 }],
  ['claude.max-turns', 'turns', undefined],
  ['claude.max-budget', 'budget', undefined],
  ['claude.retry-429', 'ok', undefined],
  ['claude.partial-messages', 'ok', undefined],
  ['claude.sigint-in-tool', 'killed', { timeMs: 5, turns: 3, tokens: 12_562, usd: 0.025324 }],
  ['claude.sigterm-in-tool', undefined, undefined],
  ['codex', 'ok', { timeMs: 5, tokens: 3390 }],
  ['codex.denied', 'ok', { timeMs: 5, tokens: 19_970 }],
  ['codex.error-400', 'refused', { timeMs: 5 }],
  ['codex.error-401', 'auth', { timeMs: 5 }],
  ['codex.retry-429', 'ok', { timeMs: 5, tokens: 1020 }],
  ['codex.sigint-in-tool', undefined, undefined],
  ['codex.sigterm-in-tool', undefined, undefined],
  ['gemini', 'ok', { timeMs: 5, tokens: 3390 }],
  ['gemini.denied', 'ok', { timeMs: 5, tokens: 17_118 }],
  ['gemini.error-400', 'refused', { timeMs: 5, tokens: 0 }],
  ['gemini.error-401', 'auth', { timeMs: 5, tokens: 0 }],
  ['gemini.retry-429', 'ok', { timeMs: 5, tokens: 1020 }],
  ['gemini.sigint-in-tool', undefined, undefined],
  ['gemini.sigterm-in-tool', undefined, undefined],
  ['opencode', 'ok', { timeMs: 5, turns: 3, tokens: 3390, usd: 0.00288 }],
  ['opencode.denied', 'denied', { timeMs: 5, turns: 1, tokens: 7723, usd: 0.007748 }],
  ['opencode.error-400', 'refused', undefined],
  ['opencode.error-401', 'auth', undefined],
  ['opencode.retry-429', 'ok', { timeMs: 5, turns: 1, tokens: 1020, usd: 0.00104 }],
  ['opencode.sigint-in-tool', undefined, undefined],
  ['opencode.sigterm-in-tool', undefined, undefined],
  ['copilot', 'ok', { timeMs: 5, turns: 3 }],
  ['copilot.denied', 'ok', { timeMs: 5, turns: 2 }],
  ['copilot.error-400', 'refused', undefined],
  ['copilot.error-401', 'auth', undefined],
  ['copilot.retry-429', 'ok', undefined],
  ['copilot.sigterm-in-tool', 'killed', undefined],
  ['copilot.sigint-in-tool', undefined, undefined],
] as const)('%s ends as %s', (name, outcome, spent) => {
  const { end } = played(name)
  expect(end?.outcome).toBe(outcome)
  if (spent === undefined || end === undefined) return
  const { usd, ...rest } = spent as TurnEnd['spent']
  expect({ ...end.spent, usd: undefined }).toEqual({ ...rest, usd: undefined })
  expect(end.spent.usd ?? -1).toBeCloseTo(usd ?? -1, 9)
})

test.each([
  ['claude', 'All done: hello.txt is written.'],
  ['codex', 'All done: hello.txt is written.'],
  ['gemini', 'All done: hello.txt is written.'],
  ['opencode', 'All done: hello.txt is written.'],
  ['copilot', 'All done: hello.txt is written.'],
])('%s: its last words, its first news and what it does are told', (program, said) => {
  const { end, news } = played(program)
  expect(end?.said).toBe(said)
  // Copilot tells the id only at the end, unless it was given one.
  const told = program === 'copilot' ? news.at(-1) : news[0]
  expect(told).toEqual({ kind: 'session', id: end?.session?.id ?? '' })
  expect(news.filter(({ kind }) => kind === 'session')).toHaveLength(1)
  expect(news.some((one) => newsText(one)?.includes('hello.txt'))).toBe(true)
})

test.each(['claude', 'gemini', 'opencode', 'copilot'])('%s: the file that it writes is told', (program) => {
  expect(played(program).news).toContainEqual({ kind: 'touched', path: 'hello.txt' })
})

test('codex: files are told where it edits them by its own tool', () => {
  const item = { id: 'item_1', type: 'file_change', status: 'completed', changes: [{ path: '/w/a.ts', kind: 'update' }] }
  expect(heard('codex', [JSON.stringify({ type: 'item.completed', item })]).news).toEqual([
    { kind: 'activity', text: 'edited /w/a.ts' },
    { kind: 'touched', path: '/w/a.ts' },
  ])
})

test.each(['claude', 'gemini', 'opencode', 'copilot'])('%s: what it may not is told', (program) => {
  expect(played(`${program}.denied`).news.filter(({ kind }) => kind === 'denied')).toHaveLength(1)
})

test.each([
  ['claude', { kind: 'retry', cause: 'rate_limit', attempt: 1, delayMs: 1114 }],
  ['codex', { kind: 'retry', cause: 'exceeded retry limit, last status: 429 Too Many Requests', attempt: 1 }],
  ['gemini', { kind: 'retry', cause: '429', attempt: 1 }],
  ['copilot', { kind: 'retry', cause: 'rate_limit' }],
] as const)('%s: that it tries again is told, and it is waited for', (program, retry) => {
  const { news, stops } = played(`${program}.retry-429`)
  expect(news).toContainEqual(retry)
  expect(stops).toEqual([])
})

test('a refused login of Claude Code is not waited for', () => {
  expect(played('claude.error-401').stops).toEqual(['the login was refused'])
})

// The second turn of the same conversation, alone and with what was told before.
test.each([
  ['claude', { tokens: 2510, usd: 0.00415 }, { tokens: 6500, usd: 0.01171 }],
  ['codex', { tokens: 2010 }, { tokens: 5400 }],
  ['gemini', { tokens: 2010 }, undefined],
  ['opencode', { tokens: 2010, usd: 0.00152 }, undefined],
  ['copilot', {}, undefined],
])('%s, resumed: only what this turn used is counted', (program, spent, told) => {
  const before = first(program)
  const { end } = played(`${program}.resume`, before)
  const { timeMs: _, turns: __, ...counted } = end?.spent ?? { timeMs: 0 }
  for (const [key, amount] of Object.entries(spent)) expect(counted[key as 'tokens']).toBeCloseTo(amount, 9)
  expect(Object.keys(counted)).toHaveLength(Object.keys(spent).length)
  expect(end?.session?.id).toBe(before?.id)
  expect(end?.session?.told).toEqual(told)
})

test('an older Claude Code that tells no share of this turn: the difference', () => {
  const older = linesOf('claude.resume.jsonl').map((line) => line.replace('model_usage_since_last_result', 'unknown_field'))
  const { end } = heard('claude', older, [], first('claude'))
  expect(end?.spent.tokens).toBe(2510)
  expect(end?.spent.usd).toBeCloseTo(0.00415, 9)
})

test('a turn that was killed tells nothing new of the conversation', () => {
  const before: Session = { id: 'one', told: { tokens: 100 } }
  const stream = codexStream(before)
  stream.line('{"type":"thread.started","thread_id":"one"}')
  expect(stream.session()).toEqual(before)
})

test('errors of the server are told by is_error, whatever the subtype says', () => {
  const ended = (more: object) =>
    heard('claude', [JSON.stringify({ subtype: 'success', is_error: true, terminal_reason: 'api_error', ...more, type: 'result' })]).end?.outcome
  expect(ended({ api_error_status: 429 })).toBe('quota')
  expect(ended({ api_error_status: 529 })).toBe('overloaded')
  expect(ended({ api_error_status: null })).toBe('overloaded')
  expect(ended({ terminal_reason: 'prompt_too_long' })).toBe('context')
  expect(ended({ terminal_reason: 'aborted_streaming' })).toBe('killed')
  expect(ended({ is_error: false })).toBe('ok')
  expect(ended({ is_error: false, stop_reason: 'refusal' })).toBe('refused')
})

test.each([
  ['unexpected status 401 Unauthorized: no', 'auth'],
  ['exceeded retry limit, last status: 429 Too Many Requests', 'quota'],
  ["You've hit your usage limit. Upgrade or try again later.", 'quota'],
  ['unexpected status 503 Service Unavailable', 'overloaded'],
  ['stream disconnected before completion: error sending request', 'overloaded'],
  ['Selected model is at capacity. Please try a different model.', 'overloaded'],
  ["Codex ran out of room in the model's context window.", 'context'],
  ['{"error":{"message":"bad","type":"invalid_request_error"}}', 'refused'],
  ['sandbox denied exec error', 'sandbox'],
  ['who knows', 'crashed'],
])('codex failed by %j: %s', (message, outcome) => {
  expect(heard('codex', [JSON.stringify({ type: 'turn.failed', error: { message } })]).end?.outcome).toBe(outcome as TurnOutcome)
})

test('an error of codex is not the end', () => {
  expect(heard('codex', ['{"type":"error","message":"Reconnecting... 2/5 (no)"}']).end).toBeUndefined()
})

test('codex waits for a network that comes back, and not for ever', () => {
  const wait = '{"type":"error","message":"Reconnecting... waiting for network (Connection failed)"}'
  const other = '{"type":"item.completed","item":{"type":"agent_message","text":"here"}}'
  const patient = heard('codex', [...Array<string>(4).fill(wait), other, ...Array<string>(4).fill(wait), other])
  expect([patient.stops, patient.end]).toEqual([[], undefined])
  const weary = heard('codex', Array<string>(5).fill(wait))
  expect(weary.stops).toHaveLength(1)
  expect(weary.end?.outcome).toBe('overloaded')
})

test.each([
  [{ type: 'command_execution', status: 'failed', aggregated_output: 'touch: cannot touch ../x: Read-only file system' }, 'command_execution'],
  [{ type: 'command_execution', status: 'declined' }, 'command_execution'],
  [{ type: 'mcp_tool_call', status: 'failed', tool: 'report', error: { message: 'MCP tool call requires approval' } }, 'report'],
  [{ type: 'file_change', status: 'failed', changes: [{ path: '/etc/passwd' }] }, 'file_change'],
])('codex: %j was denied', (item, tool) => {
  expect(heard('codex', [JSON.stringify({ type: 'item.completed', item })]).news).toMatchObject([{ kind: 'denied', tool }])
})

test('a sandbox of codex that does not work is told, unless something worked in it', () => {
  const warning = 'bwrap: execvp codex-linux-sandbox: No such file or directory'
  const done = '{"type":"turn.completed","usage":{}}'
  const item = '{"type":"item.completed","item":{"type":"command_execution","status":"completed"}}'
  expect(heard('codex', [done], [warning]).end).toMatchObject({ outcome: 'sandbox', why: warning })
  expect(heard('codex', [item, done], [warning]).end?.outcome).toBe('ok')
})

test('a quota tells when it is free again', () => {
  const limit = JSON.stringify({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: 1_800_000_000, rateLimitType: 'five_hour' } })
  const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: true, api_error_status: 429, terminal_reason: 'api_error' })
  const { end, news } = heard('claude', [limit, result])
  expect(end).toMatchObject({ outcome: 'quota', resetsAt: 1_800_000_000_000 })
  expect(news).toEqual([{ kind: 'limit', scope: 'five_hour', resetsAt: 1_800_000_000_000 }])
  const data = { statusCode: 429, message: 'slow', responseHeaders: { date: 'Sat, 21 Nov 2026 00:52:34 GMT', 'retry-after': '60' } }
  expect(heard('opencode', [JSON.stringify({ type: 'error', error: { name: 'APIError', data } })]).end).toMatchObject({
    outcome: 'quota',
    resetsAt: Date.UTC(2026, 10, 21, 0, 53, 34),
  })
  const message = '{"type":"usage_limit_reached","resets_at":1800000000}'
  expect(heard('codex', [JSON.stringify({ type: 'turn.failed', error: { message } })]).end?.resetsAt).toBe(1_800_000_000_000)
})

test('exit codes of Gemini CLI are the status of HTTP in eight bits, not signals', () => {
  const codes = [0, 1, 41, 53, 130, 144, 145, 173, 244]
  expect(codes.map(outcomeOfGeminiCode)).toEqual([undefined, undefined, 'auth', 'turns', 'killed', 'refused', 'auth', 'quota', 'overloaded'])
})

test('what is not told is unknown, not zero', () => {
  expect(heard('claude', ['{"type":"result","subtype":"success","is_error":false}']).end?.spent).toEqual({ timeMs: 5 })
  expect(heard('codex', ['{"type":"turn.completed"}']).end?.spent).toEqual({ timeMs: 5 })
  expect(heard('gemini', ['{"type":"result","status":"success"}']).end?.spent).toEqual({ timeMs: 5 })
  expect(heard('opencode', ['{"type":"step_finish","part":{"reason":"stop"}}']).end?.spent).toEqual({ timeMs: 5, turns: 1 })
})

test('an id that was given to Copilot is known as soon as it says anything', () => {
  expect(copilotStream('mine').session()).toBeUndefined()
  const stream = copilotStream('mine')
  expect(stream.line('{"type":"session.start"}').news).toEqual([{ kind: 'session', id: 'mine' }])
  expect(stream.session()).toEqual({ id: 'mine' })
})

/** Lines that end a turn, by what they say; nothing else may. */
const isEnd = (line: string): boolean => /"type":"(result|turn\.completed|turn\.failed|step_finish|error)"|authentication_failed|"error_status":401/.test(line)

test.each(Object.keys(streams))('%s: cut, torn and foreign lines never throw, and an end is only what the program told as one', (program) => {
  const lines = recorded.filter((name) => name.endsWith('.jsonl')).flatMap((name) => linesOf(name).filter((line) => line !== ''))
  const json = fc.jsonValue()
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...lines), fc.nat(400), json, fc.string()), { maxLength: 12 }), (parts) => {
      const stream = streams[program]?.() ?? claudeStream()
      for (const [line, cut, value, junk] of parts) {
        for (const text of [line.slice(0, cut), junk, JSON.stringify(value), line.slice(cut)]) {
          stream.line(text)
          stream.warning?.(text)
        }
        for (const type of ['assistant', 'system', 'item.completed', 'tool_use', 'tool_result', 'message', 'text', 'tool.execution_start', 'init'])
          stream.line(JSON.stringify({ type, message: value, part: value, item: value, data: value, parameters: value, error: value, content: value }))
      }
      return stream.end(1) === undefined || parts.some(([line, cut]) => [line.slice(0, cut), line.slice(cut)].some(isEnd))
    }),
    { numRuns: 200 },
  )
})

test.each(Object.keys(streams))('%s: a recorded stream that is cut anywhere tells the same end or none', (program) => {
  const lines = linesOf(`${program}.jsonl`)
  const whole = played(program).end
  for (let count = 0; count <= lines.length; count++) {
    const { end } = heard(program, lines.slice(0, count))
    expect([undefined, whole]).toContainEqual(end)
  }
})
