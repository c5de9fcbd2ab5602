import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { messageLines } from './message-lines.ts'
import { mcpServer, type McpServer } from './server.ts'
import type { Tool, ToolCall } from './tool.ts'

type Sent = {
  readonly id?: unknown
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** A server with one tool that answers at once, one that waits to be told, and one that throws. */
function laboratory() {
  const sent: Sent[] = []
  const bugs: unknown[] = []
  const open: { call: ToolCall; end: () => void }[] = []
  const inputSchema: Tool['inputSchema'] = {
    type: 'object',
    properties: { word: { type: 'string', description: 'A word.', minLength: 1, maxLength: 5 } },
    additionalProperties: false,
  }
  const tool = (name: string, call: Tool['call']): Tool => ({ name, title: name, description: name, inputSchema, readOnly: true, call })
  const server = mcpServer({
    version: '1.2.3',
    instructions: 'use them',
    tools: [
      tool('echo', async ({ word }) => ({ text: String(word), data: { word: String(word) } })),
      tool('wait', (_input, call) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        open.push({ call, end: resolve })
        call.cancellation.onRequest(() => resolve())
        return promise.then(() => ({ text: 'waited' }))
      }),
      tool('broken', () => Promise.reject(new Error('boom'))),
    ],
    send: (line) => {
      expect(line).not.toContain('\n')
      sent.push(JSON.parse(line) as Sent)
    },
    broken: (error) => bugs.push(error),
  })
  return { server, sent, bugs, open, say: (message: unknown) => server.receive(JSON.stringify(message)) }
}

/** Lets everything happen that waits for nothing. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

const request = (id: unknown, method: string, params?: unknown) => ({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) })
const hello = (version = '2025-11-25') => request(0, 'initialize', { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } })
const call = (id: unknown, name: string, input?: unknown, more: object = {}) =>
  request(id, 'tools/call', { name, ...(input === undefined ? {} : { arguments: input }), ...more })
const meta = (version: unknown) => ({ _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} } })

/** What comes back for one line, after a handshake. */
async function answersTo(line: string, version?: string): Promise<readonly Sent[]> {
  const { server, sent, say } = laboratory()
  say(hello(version))
  await settled()
  sent.splice(0)
  server.receive(line)
  await settled()
  return sent
}

test.each([
  ['2024-11-05', '2024-11-05'],
  ['2025-03-26', '2025-03-26'],
  ['2025-06-18', '2025-06-18'],
  ['2025-11-25', '2025-11-25'],
  ['1999-01-01', '2025-11-25'],
  ['2026-07-28', '2025-11-25'],
])('a handshake with %p agrees on %p', async (asked, agreed) => {
  const { sent, say } = laboratory()
  say(hello(asked))
  await settled()
  expect(sent).toEqual([
    {
      jsonrpc: '2.0',
      id: 0,
      result: {
        protocolVersion: agreed,
        capabilities: { tools: {} },
        instructions: 'use them',
        serverInfo: { name: 'pawl', title: 'pawl', version: '1.2.3' },
      },
    },
  ] as unknown as Sent[])
})

const malformed: readonly [string, string, number, unknown][] = [
  ['no JSON', '{"jsonrpc":"2.0",', -32700, undefined],
  ['a word', 'hello', -32700, undefined],
  ['deep nesting', '['.repeat(400_000), -32700, undefined],
  ['a number', '7', -32600, undefined],
  ['null', 'null', -32600, undefined],
  ['an empty batch', '[]', -32600, undefined],
  ['a batch in a version without', JSON.stringify([request(1, 'ping')]), -32600, undefined],
  ['another version of JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, 1],
  ['no version', '{"id":"a","method":"ping"}', -32600, 'a'],
  ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, undefined],
  ['an id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, undefined],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, undefined],
  ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":7}', -32600, 1],
  ['params that are a list', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', -32602, 1],
  ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"resources/list"}', -32601, 1],
  ['a method named like a part of every object', '{"jsonrpc":"2.0","id":1,"method":"__proto__"}', -32601, 1],
  ['an unknown tool', JSON.stringify(call(1, 'rm')), -32602, 1],
  ['a tool without a name', JSON.stringify(request(1, 'tools/call')), -32602, 1],
  ['arguments that are a list', JSON.stringify(call(1, 'echo', [])), -32602, 1],
  ['a handshake without a version', JSON.stringify(request(1, 'initialize', {})), -32602, 1],
  ['a version in _meta that is not spoken', JSON.stringify(request(1, 'tools/list', meta('2031-01-01'))), -32022, 1],
  ['a version in _meta that is an object', JSON.stringify(request(1, 'tools/list', meta({ a: 1 }))), -32022, 1],
]

test.each(malformed)('%s is answered with an error', async (_what, line, code, id) => {
  const sent = await answersTo(line)
  expect(sent.map((one) => [one.error?.code, one.id])).toEqual([[code, id]])
})

test.each([
  ['a blank line', ''],
  ['the end of the handshake', '{"jsonrpc":"2.0","method":"notifications/initialized"}'],
  ['an unknown notification', '{"jsonrpc":"2.0","method":"notifications/foreign","params":{"a":1}}'],
  ['a cancellation of nothing', '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}'],
  ['a cancellation without an id', '{"jsonrpc":"2.0","method":"notifications/cancelled"}'],
  ['an answer that nobody waits for', '{"jsonrpc":"2.0","id":5,"result":{}}'],
  ['an error that nobody waits for', '{"jsonrpc":"2.0","id":5,"error":{"code":1,"message":"x"}}'],
])('%s is not answered', async (_what, line) => {
  expect(await answersTo(line)).toEqual([])
})

test('before the handshake only ping is answered', async () => {
  const { sent, say } = laboratory()
  say(request(1, 'ping'))
  say(request(2, 'tools/list'))
  say(call(3, 'echo', { word: 'a' }))
  await settled()
  expect(sent.map(({ id, result, error }) => [id, result ?? error?.code])).toEqual([
    [1, {}],
    [2, -32602],
    [3, -32602],
  ])
})

test('a tool that is called answers with text and data; arguments that do not fit are told to the model', async () => {
  expect((await answersTo(JSON.stringify(call('x', 'echo', { word: 'a' }))))[0]).toMatchObject({
    id: 'x',
    result: { content: [{ type: 'text', text: 'a' }], structuredContent: { word: 'a' }, isError: false },
  })
  const wrong: readonly [unknown, string][] = [
    [{ word: 5 }, 'echo: word must be a text'],
    [{ word: ' ' }, 'echo: word must not be empty'],
    [{ word: 'abcdef' }, 'echo: word must have at most 5 characters, not 6'],
    [{ other: 1 }, 'echo: other is no argument of this tool (word)'],
    [JSON.parse('{"__proto__":1}'), 'echo: __proto__ is no argument of this tool (word)'],
  ]
  for (const [input, text] of wrong)
    expect((await answersTo(JSON.stringify(call(1, 'echo', input))))[0]?.result).toEqual({ content: [{ type: 'text', text }], isError: true })
})

test('a batch is answered as one where the version knows batches', async () => {
  const batch = JSON.stringify([request(1, 'ping'), { jsonrpc: '2.0', method: 'notifications/initialized' }, 7, call(2, 'echo', { word: 'b' })])
  const [answer] = (await answersTo(batch, '2025-03-26')) as unknown as [readonly Sent[]]
  expect(answer.map(({ id, error }) => [id, error?.code])).toEqual([
    [1, undefined],
    [undefined, -32600],
    [2, undefined],
  ])
})

test('a request that speaks for itself needs no handshake', async () => {
  const { sent, say } = laboratory()
  say(request(1, 'server/discover', meta('2026-07-28')))
  say(request(2, 'tools/list', meta('2026-07-28')))
  say(call(3, 'echo', { word: 'c' }, meta('2026-07-28')))
  say(request(4, 'tools/list', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }))
  await settled()
  const [discovered, tools, echoed, careless] = sent.toSorted((a, b) => Number(a.id) - Number(b.id))
  const about = { 'io.modelcontextprotocol/serverInfo': { name: 'pawl', title: 'pawl', version: '1.2.3' } }
  expect(discovered?.result).toMatchObject({
    resultType: 'complete',
    supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
  })
  expect(tools?.result).toMatchObject({ resultType: 'complete', cacheScope: 'public', _meta: about })
  expect(echoed?.result).toMatchObject({ resultType: 'complete', structuredContent: { word: 'c' }, _meta: about })
  expect(careless?.error?.code).toBe(-32602)
})

test('requests are worked on side by side, and each can be cancelled', async () => {
  const { sent, say, open } = laboratory()
  say(hello())
  say(call(1, 'wait'))
  say(call(2, 'wait'))
  say(call(1, 'echo', { word: 'd' }))
  say(call(3, 'echo', { word: 'e' }))
  await settled()
  expect(sent.map(({ id, error }) => [id, error?.code])).toEqual([
    [0, undefined],
    [undefined, -32600],
    [3, undefined],
  ])
  say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'no more' } })
  open[1]?.end()
  await settled()
  expect(open[0]?.call.cancellation.requested).toBe(true)
  expect(sent.slice(3).map(({ id }) => id)).toEqual([2])
  // The number is free again.
  say(call(1, 'echo', { word: 'f' }))
  await settled()
  expect(sent.at(-1)).toMatchObject({ id: 1, result: { structuredContent: { word: 'f' } } })
})

test('progress only goes forward, and only who asked for it is told', async () => {
  const { sent, say, open } = laboratory()
  say(hello())
  say(call(1, 'wait', {}, { _meta: { progressToken: 't' } }))
  say(call(2, 'wait'))
  await settled()
  for (const done of [0, 1, 1, 0, 2]) for (const one of open) one.call.progress(done, 2, `${done} of 2`)
  expect(sent.slice(1).map(({ method, params }) => [method, params?.['progressToken'], params?.['progress']])).toEqual([
    ['notifications/progress', 't', 0],
    ['notifications/progress', 't', 1],
    ['notifications/progress', 't', 2],
  ])
})

test('a bug is told to the client and to whoever looks after pawl, and the server goes on', async () => {
  const { sent, say, bugs } = laboratory()
  say(hello())
  say(call(1, 'broken'))
  say(request(2, 'ping'))
  await settled()
  expect(sent.slice(1).map(({ id, error }) => [id, error?.code])).toEqual([
    [2, undefined],
    [1, -32603],
  ])
  expect(bugs).toHaveLength(1)
})

test('closing cancels what goes on, waits for it, and nothing is sent any more', async () => {
  const { server, sent, say, open } = laboratory()
  say(hello())
  say(call(1, 'wait'))
  await settled()
  await server.close('the end')
  expect(open[0]?.call.cancellation.requested).toBe(true)
  say(request(2, 'ping'))
  await settled()
  expect(sent.map(({ id }) => id)).toEqual([0])
})

test('more requests at a time than anybody needs are refused', async () => {
  const { sent, say } = laboratory()
  say(hello())
  await settled()
  for (let id = 1; id <= 101; id += 1) say(call(id, 'wait'))
  await settled()
  expect(sent.slice(1).map(({ id, error }) => [id, error?.code])).toEqual([[101, -32603]])
})

const answersAfter = async (receive: (server: McpServer) => void): Promise<readonly Sent[]> => {
  const { server, sent, bugs } = laboratory()
  receive(server)
  server.receive(JSON.stringify(request('last', 'ping')))
  await settled()
  expect(bugs.filter((bug) => !(bug instanceof Error && bug.message === 'boom'))).toEqual([])
  return sent
}

test('no line, however foreign, keeps the server from answering the next one', async () => {
  const part = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom('initialize', 'tools/call', 'tools/list', 'notifications/cancelled', 'echo', 'broken', '2.0'),
    fc.integer(),
  )
  const message = fc.record(
    {
      jsonrpc: fc.oneof(fc.constant('2.0'), part),
      id: part,
      method: part,
      params: fc.oneof(fc.jsonValue(), fc.record({ name: part, arguments: fc.jsonValue(), _meta: fc.jsonValue() })),
    },
    { requiredKeys: [] },
  )
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.oneof(message, fc.array(message)).map((value) => JSON.stringify(value)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), async (lines, greeted) => {
      const sent = await answersAfter((server) => {
        if (greeted) server.receive(JSON.stringify(hello('2025-03-26')))
        for (const one of lines) server.receive(one)
      })
      expect(sent.flat().some(({ id }) => id === 'last')).toBe(true)
      for (const one of sent.flat()) expect('result' in one || 'error' in one).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('messages are the same however the stream is cut; what is too long or no text is one unreadable line', () => {
  const bytes = fc.array(fc.oneof(fc.string(), fc.constant('{"ü":"→"}')), { maxLength: 6 }).map((lines) => lines.map((line) => line.replaceAll('\n', ' ')))
  fc.assert(
    fc.property(bytes, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (lines, steps) => {
      const whole = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
      const reader = messageLines()
      const read: (string | undefined)[] = []
      for (let at = 0; at < whole.length;) {
        const step = steps.next().value as number
        read.push(...reader.add(whole.subarray(at, at + step)))
        at += step
      }
      // A lone surrogate cannot be told in UTF-8.
      expect(read).toEqual(lines.map((line) => line.toWellFormed()))
    }),
  )
  const short = messageLines(4)
  expect(short.add(Buffer.from('abc\nabcdefgh'))).toEqual(['abc'])
  expect(short.add(Buffer.from('ijk\nxyz\n'))).toEqual([undefined, 'xyz'])
  expect(short.add(Uint8Array.of(0xff, 0x0a))).toEqual([undefined])
})
