import { expect, test } from 'bun:test'
import { modelServer, type ModelServer } from './model-server.ts'
import type { Step } from './model-script.ts'

/** Each dialect: its address, a request that offers tools, and what of an answer is words and calls. */
const dialects = {
  messages: ['/v1/messages', { model: 'm', stream: true, tools: [{ name: 'Write' }, { name: 'Bash' }] }],
  responses: [
    '/v1/responses',
    {
      model: 'm',
      stream: true,
      tools: [
        { type: 'function', name: 'exec_command' },
        { type: 'namespace', name: 'mcp__pawl', tools: [{ name: 'done' }] },
      ],
    },
  ],
  chat: ['/v1/chat/completions', { model: 'm', stream: true, tools: [{ type: 'function', function: { name: 'write' } }, { function: { name: 'bash' } }] }],
  gemini: ['/v1beta/models/m:streamGenerateContent?alt=sse', { tools: [{ functionDeclarations: [{ name: 'write_file' }, { name: 'run_shell_command' }] }] }],
} as const

type Name = keyof typeof dialects
const names = Object.keys(dialects) as Name[]

async function withServer<T>(steps: readonly Step[], use: (server: ModelServer) => Promise<T>): Promise<T> {
  const server = await modelServer(steps)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

const post = (server: ModelServer, path: string, body: object): Promise<Response> =>
  fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body) })

async function events(server: ModelServer, name: Name, more: object = {}): Promise<readonly string[]> {
  const [path, body] = dialects[name]
  const text = await (await post(server, path, { ...body, ...more })).text()
  return text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
}

test.each(names)('%s: words, and after the last step that it is done', (name) =>
  withServer([{ say: 'Hello you.' }], async (server) => {
    expect((await events(server, name)).join('\n')).toContain('Hello you.')
    expect((await events(server, name)).join('\n')).toContain('Done.')
    expect(server.asked).toHaveLength(2)
  }),
)

test.each([
  ['messages', 'Write', 'file_path'],
  ['responses', 'exec_command', "printf '%s'"],
  ['chat', 'write', 'filePath'],
  ['gemini', 'write_file', 'file_path'],
] as const)('%s: a file is written by the tool that is offered for it', (name, tool, word) =>
  withServer([{ write: { path: 'a.txt', content: "it's\n" } }], async (server) => {
    const told = (await events(server, name)).join('\n')
    expect(told).toContain(`"${tool}"`)
    expect(told).toContain(word)
    expect(told).toContain('a.txt')
  }),
)

test.each(['messages', 'responses', 'chat'] as const)('%s: the same without a stream', (name) =>
  withServer([{ run: 'ls' }], async (server) => {
    const [path, body] = dialects[name]
    const answer = await post(server, path, { ...body, stream: false })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(JSON.stringify(await answer.json())).toContain('ls')
  }),
)

test('a tool of a server is called by its space and its name', () =>
  withServer([{ calls: [{ tool: 'mcp__pawl__done', input: {} }] }], async (server) => {
    expect((await events(server, 'responses')).join('\n')).toContain('"namespace":"mcp__pawl","name":"done"')
  }))

test.each(names)('%s: errors come as often as they should, in its own form', (name) =>
  withServer([{ status: 429, type: 'rate_limit_error', times: 2, retryAfter: 3 }, { say: 'Now.' }], async (server) => {
    const [path, body] = dialects[name]
    const first = await post(server, path, body)
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '3'])
    expect(JSON.stringify(await first.json())).toContain('scripted 429')
    expect((await post(server, path, body)).status).toBe(429)
    expect((await events(server, name)).join('\n')).toContain('Now.')
  }),
)

test('what offers no tools uses up no step, and what is not known is not found', () =>
  withServer([{ say: 'The first step.' }], async (server) => {
    expect(await (await post(server, '/v1/messages', { model: 'm' })).text()).toContain('fine')
    expect((await post(server, '/nowhere', {})).status).toBe(404)
    expect((await fetch(`${server.url}/v1/messages`)).status).toBe(404)
    expect((await fetch(`${server.url}/v1/messages`, { method: 'POST', body: 'no json' })).status).toBe(200)
    expect(server.asked).toEqual([])
    expect((await events(server, 'messages')).join('\n')).toContain('The first step.')
  }))
