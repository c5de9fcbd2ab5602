/**
 * A server of the Model Context Protocol for tools, pure over lines: what comes in, and a way to send. Requests are worked on side by side.
 * Why not @modelcontextprotocol/sdk: with its web server, schemas and authorization it is many times this program's own start-up,
 * for a protocol of which five methods are needed here. Both eras are spoken: the handshake of 2024-11-05 to 2025-11-25, and the
 * stateless requests of 2026-07-28.
 */
import { newCancellation, type CancellationSource } from '../../model/cancellation.ts'
import { messageOf } from '../../model/thrown.ts'
import { misfits } from './input-schema.ts'
import { codes, handshakeVersions, hasBatches, incoming, isFields, isRequestId, metaKeys, Refused, statelessVersions } from './protocol.ts'
import type { Fields, HandshakeVersion, Incoming, RequestId } from './protocol.ts'
import type { Tool, ToolAnswer } from './tool.ts'

export type ServerParts = {
  readonly version: string
  /** What a client may tell its model about the tools as a whole. */
  readonly instructions: string
  readonly tools: readonly Tool[]
  /** Takes one message, which has no line break in it. */
  send(line: string): void
  /** Told of a bug; the client has been told already. */
  broken(error: unknown): void
}

export type McpServer = {
  /** A line; undefined: one that could not be read. Never throws. */
  receive(line: string | undefined): void
  /** Cancels what is still going on; resolves when it has ended. Nothing is sent any more. */
  close(reason: string): Promise<void>
}

type Message = { readonly [key: string]: unknown }
type Request = Extract<Incoming, { kind: 'request' }>

/** More at a time is a client that has lost count. */
const mostAtOnce = 100

/** How long a client may keep what never changes. */
const lasting = { ttlMs: 3_600_000, cacheScope: 'public' }

/** Newest first. */
const spoken: readonly string[] = [...statelessVersions, ...handshakeVersions.toReversed()]

export function mcpServer(parts: ServerParts): McpServer {
  const session: Session = { parts, going: new Map(), agreed: undefined, closed: false }
  const works = new Set<Promise<unknown>>()
  return {
    receive(line) {
      if (session.closed || line?.trim() === '') return
      const work = handled(session, line)
      works.add(work)
      void work.finally(() => works.delete(work))
    },
    async close(reason) {
      session.closed = true
      for (const cancellation of session.going.values()) cancellation.request(reason)
      await Promise.all(works)
    },
  }
}

type Session = {
  readonly parts: ServerParts
  /** Requests that are being worked on. */
  readonly going: Map<RequestId, CancellationSource>
  /** What a handshake has agreed on. */
  agreed: HandshakeVersion | undefined
  closed: boolean
}

function send(session: Session, message: Message | readonly Message[]): void {
  if (!session.closed) session.parts.send(JSON.stringify(message))
}

async function handled(session: Session, line: string | undefined): Promise<void> {
  const value = parsed(line)
  if (value === undefined) return send(session, errorMessage(undefined, codes.parse, 'this line is no JSON in UTF-8, or is too long'))
  if (!Array.isArray(value) || value.length === 0 || !hasBatches(session.agreed)) {
    const answer = await answerTo(session, incoming(value))
    return answer === undefined ? undefined : send(session, answer)
  }
  const answers = await Promise.all(value.slice(0, mostAtOnce).map((one) => answerTo(session, incoming(one))))
  const told = answers.filter((one) => one !== undefined)
  if (told.length > 0) send(session, told)
}

/** Undefined: nothing is to be answered. */
async function answerTo(session: Session, message: Incoming): Promise<Message | undefined> {
  switch (message.kind) {
    case 'malformed':
      return errorMessage(message.id, message.code, message.why)
    case 'response':
      return undefined
    case 'notification':
      if (message.method === 'notifications/cancelled') cancel(session, message.params)
      return undefined
    case 'request':
      return answered(session, message)
  }
}

function cancel({ going }: Session, { requestId, reason }: Fields): void {
  if (isRequestId(requestId)) going.get(requestId)?.request(typeof reason === 'string' ? reason.slice(0, 200) : 'the client cancelled it')
}

async function answered(session: Session, request: Request): Promise<Message | undefined> {
  const { id } = request
  const { going } = session
  // With the id of the other one this answer would be taken for its own.
  if (going.has(id)) return errorMessage(undefined, codes.invalidRequest, `the id ${JSON.stringify(id)} is in use`)
  if (going.size >= mostAtOnce) return errorMessage(id, codes.internal, `${mostAtOnce} requests are being worked on already`)
  const cancellation = newCancellation()
  going.set(id, cancellation)
  try {
    const result = await resultOf(session, request, cancellation)
    return cancellation.requested ? undefined : { jsonrpc: '2.0', id, result }
  } catch (error) {
    if (!(error instanceof Refused)) session.parts.broken(error)
    if (cancellation.requested) return undefined
    return error instanceof Refused
      ? errorMessage(id, error.code, error.message, error.data)
      : errorMessage(id, codes.internal, `pawl itself is wrong: ${messageOf(error)}`)
  } finally {
    going.delete(id)
  }
}

async function resultOf(session: Session, { method, params }: Request, cancellation: CancellationSource): Promise<Message> {
  const { parts } = session
  if (method === 'initialize') return initialized(session, params)
  if (method === 'ping') return {}
  const meta = isFields(params['_meta']) ? params['_meta'] : {}
  const stateless = isStateless(meta)
  if (!stateless && session.agreed === undefined)
    throw new Refused(codes.invalidParams, `send initialize first, or say the version of the protocol in _meta (${metaKeys.version})`)
  const whole = (result: Message, more: Message = {}): Message =>
    stateless ? { resultType: 'complete', ...result, ...more, _meta: { [metaKeys.server]: serverInfo(parts) } } : result
  if (method === 'tools/list') return whole({ tools: parts.tools.map(listed) }, lasting)
  if (method === 'tools/call') return whole(await called(session, params, meta, cancellation))
  if (method === 'server/discover' && stateless) return whole({ supportedVersions: spoken, ...abilities(parts) }, lasting)
  throw new Refused(codes.unknownMethod, `there is no method ${method.slice(0, 100)}`)
}

function initialized(session: Session, { protocolVersion }: Fields): Message {
  if (typeof protocolVersion !== 'string') throw new Refused(codes.invalidParams, 'protocolVersion must be a text')
  session.agreed = handshakeVersions.find((version) => version === protocolVersion) ?? handshakeVersions.at(-1)
  return { protocolVersion: session.agreed, ...abilities(session.parts), serverInfo: serverInfo(session.parts) }
}

const serverInfo = ({ version }: ServerParts): Message => ({ name: 'pawl', title: 'pawl', version })
const abilities = ({ instructions }: ServerParts): Message => ({ capabilities: { tools: {} }, instructions })

async function called(session: Session, params: Fields, meta: Fields, cancellation: CancellationSource): Promise<Message> {
  const { name, arguments: input = {} } = params
  const tool = session.parts.tools.find((one) => one.name === name)
  if (tool === undefined) throw new Refused(codes.invalidParams, `Unknown tool: ${shortText(name)}`)
  if (!isFields(input)) throw new Refused(codes.invalidParams, 'arguments must be an object')
  const wrong = misfits(tool.inputSchema, input)
  // A model can mend this, so that it is told as an answer.
  if (wrong.length > 0) return callResult({ text: `${tool.name}: ${wrong.slice(0, 5).join('; ')}`, isError: true })
  return callResult(await tool.call(input, { cancellation, progress: progressBy(session, meta['progressToken'], cancellation) }))
}

/** Only ever forward, as the protocol wants it. */
function progressBy(session: Session, progressToken: unknown, cancellation: CancellationSource): (done: number, total: number, message: string) => void {
  let last = -1
  return (done, total, message) => {
    if (!isRequestId(progressToken) || cancellation.requested || done <= last) return
    last = done
    send(session, { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: done, total, message } })
  }
}

/** True: the request speaks for itself. Refuses versions that are not spoken. */
function isStateless(meta: Fields): boolean {
  const requested = meta[metaKeys.version]
  if (requested === undefined) return false
  if (!statelessVersions.some((version) => version === requested))
    throw new Refused(codes.version, 'Unsupported protocol version', { supported: spoken, requested: shortText(requested) })
  if (!isFields(meta[metaKeys.clientCapabilities])) throw new Refused(codes.invalidParams, `_meta must hold ${metaKeys.clientCapabilities}`)
  return true
}

const listed = ({ name, title, description, inputSchema, readOnly }: Tool): Message => ({
  name,
  title,
  description,
  inputSchema,
  annotations: { title, readOnlyHint: readOnly, destructiveHint: false, openWorldHint: false },
})

const callResult = ({ text, data, isError }: ToolAnswer): Message => ({
  content: [{ type: 'text', text }],
  ...(data === undefined ? {} : { structuredContent: data }),
  isError: isError ?? false,
})

const errorMessage = (id: RequestId | undefined, code: number, message: string, data?: unknown): Message => ({
  jsonrpc: '2.0',
  ...(id === undefined ? {} : { id }),
  error: { code, message, ...(data === undefined ? {} : { data }) },
})

/** What the client named, to be told back. */
const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : typeof value)

/** Undefined is no JSON. */
function parsed(line: string | undefined): unknown {
  if (line === undefined) return undefined
  try {
    return JSON.parse(line)
  } catch (error) {
    // RangeError: nested deeper than the stack.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}
