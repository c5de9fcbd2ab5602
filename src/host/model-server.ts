/** A stand-in for the server of a model, on loopback: it answers by a script in the dialects that agents speak, so that one can be tried for nothing. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chat } from './dialect-chat.ts'
import { gemini } from './dialect-gemini.ts'
import { messages } from './dialect-messages.ts'
import { responses } from './dialect-responses.ts'
import type { Body, Dialect, Reply } from './model-dialect.ts'
import { answerTo, type Step } from './model-script.ts'
import { randomHex } from './random-hex.ts'
import { parsedJson } from '../model/json.ts'

export type ModelServer = {
  readonly url: string
  /** Bodies of the requests that offered tools. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** It may depend on what was asked: the body of the request. */
export type ScriptedStep = Step | ((asked: string) => Step)

const dialects: readonly Dialect[] = [messages, responses, chat, gemini]

/** After the last step everything is said to be done. */
export async function modelServer(steps: readonly ScriptedStep[]): Promise<ModelServer> {
  const asked: string[] = []
  let at = 0
  let repeated = 0
  const next = (text: string): Step => {
    asked.push(text)
    const scripted = steps[at] ?? { say: 'Done.' }
    const step = typeof scripted === 'function' ? scripted(text) : scripted
    const again = 'status' in step && repeated + 1 < (step.times ?? 1)
    repeated = again ? repeated + 1 : 0
    if (!again) at += 1
    return step
  }
  const server = createServer((request, response) => {
    void bodyOf(request).then(
      (text) => serve(request, response, text, next),
      // Who goes in the middle of asking gets no answer.
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
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

function serve(request: IncomingMessage, response: ServerResponse, text: string, next: (text: string) => Step): void {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const dialect = request.method === 'POST' ? dialects.find((one) => one.speaks(path)) : undefined
  if (dialect === undefined) return sendJson(response, /[/:](count_?tokens)$/i.test(path) ? 200 : 404, { input_tokens: 100, totalTokens: 100 })
  const body = parsed(text)
  const offered = dialect.offered(body)
  // Titles and the like are asked for without tools.
  const step = offered.length === 0 ? { say: sideAnswer(text) } : next(text)
  if ('hang' in step) return undefined
  if ('status' in step) {
    const retry = step.retryAfter === undefined ? {} : { 'retry-after': String(step.retryAfter) }
    return sendJson(response, step.status, dialect.error(step.status, step.type, `scripted ${step.status}`), retry)
  }
  return send(response, dialect.reply(answerTo(step, offered), { path, body, id: () => randomHex(8) }))
}

/** Some of them are parsed. */
function sideAnswer(text: string): string {
  if (text.includes('next_speaker')) return '{"reasoning":"fine","next_speaker":"user"}'
  if (/model_choice|complexity_score/.test(text)) return '{"complexity_reasoning":"fine","complexity_score":1,"reasoning":"fine","model_choice":"flash"}'
  return 'fine'
}

function send(response: ServerResponse, reply: Reply): void {
  if ('json' in reply) return sendJson(response, 200, reply.json)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const [event, data] of reply.events)
    response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
  response.end()
}

const sendJson = (response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

/** What is no JSON offers nothing. */
function parsed(text: string): Body {
  const value = parsedJson(text)
  return typeof value === 'object' && value !== null ? value : {}
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
