/** A stand-in for the server of a model, on loopback: it speaks the Messages API as an event stream and answers by a script. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Call = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }

/** One answer to one request that offers tools. */
export type Step =
  | { readonly say: string }
  | { readonly calls: readonly Call[] }
  /** An error of HTTP; `times` answers in a row are the same. */
  | { readonly status: number; readonly type: string; readonly times?: number; readonly retryAfter?: number }
  /** The connection stays open and nothing is said. */
  | { readonly hang: true }

export type ModelServer = {
  readonly url: string
  /** Bodies of the requests that offered tools. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** A step may depend on what was asked. After the last step everything is said to be done. */
export async function modelServer(steps: readonly (Step | ((asked: string) => Step))[]): Promise<ModelServer> {
  const asked: string[] = []
  let at = 0
  let repeated = 0
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (!(request.url ?? '').includes('/v1/messages')) return void response.writeHead(404).end('{}')
      const { stream, tools = [], model } = JSON.parse(body) as { stream?: boolean; tools?: unknown[]; model: string }
      // Titles and the like are asked for without tools.
      if (tools.length === 0) return answer(response, stream === true, model, [{ type: 'text', text: 'fine' }])
      asked.push(body)
      const step = stepAt(steps[at], body)
      const again = 'status' in step && repeated + 1 < (step.times ?? 1)
      repeated = again ? repeated + 1 : 0
      if (!again) at += 1
      return carryOut(step, response, stream === true, model)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const stepAt = (step: Step | ((asked: string) => Step) | undefined, body: string): Step =>
  step === undefined ? { say: 'Done.' } : typeof step === 'function' ? step(body) : step

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object }

function carryOut(step: Step, response: ServerResponse, stream: boolean, model: string): void {
  if ('hang' in step) return
  if ('status' in step) {
    const error = { type: 'error', error: { type: step.type, message: `scripted ${step.status}` } }
    const retry = step.retryAfter === undefined ? {} : { 'retry-after': String(step.retryAfter) }
    return void response.writeHead(step.status, { 'content-type': 'application/json', ...retry }).end(JSON.stringify(error))
  }
  if ('say' in step) return answer(response, stream, model, [{ type: 'text', text: step.say }])
  answer(
    response,
    stream,
    model,
    step.calls.map(({ tool, input }, n) => ({ type: 'tool_use', id: `toolu_${Date.now()}_${n}`, name: tool, input })),
  )
}

function answer(response: ServerResponse, stream: boolean, model: string, content: readonly Block[]): void {
  const reason = content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn'
  const usage = { input_tokens: 1000, cache_creation_input_tokens: 0, cache_read_input_tokens: 100, output_tokens: 20 }
  const message = { id: `msg_${Date.now()}`, type: 'message', role: 'assistant', model, content, stop_reason: reason, stop_sequence: null, usage }
  if (!stream) return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message))
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (type: string, data: object): void => void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
  send('message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } })
  for (const [index, block] of content.entries()) {
    const isText = block.type === 'text'
    send('content_block_start', { index, content_block: isText ? { type: 'text', text: '' } : { ...block, input: {} } })
    const delta = isText ? { type: 'text_delta', text: block.text } : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
    send('content_block_delta', { index, delta })
    send('content_block_stop', { index })
  }
  send('message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: usage.output_tokens } })
  send('message_stop', {})
  response.end()
}
