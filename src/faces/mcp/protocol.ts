/** The words of the Model Context Protocol that the server speaks: versions, error codes, and how a message is read. */

/** Versions that begin with a handshake, newest last. */
export const handshakeVersions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const
/** Versions in which every request says what it needs. */
export const statelessVersions = ['2026-07-28'] as const

export type HandshakeVersion = (typeof handshakeVersions)[number]

/** Only these know several messages in one line. */
export const hasBatches = (version: HandshakeVersion | undefined): boolean => version === '2024-11-05' || version === '2025-03-26'

export const codes = { parse: -32700, invalidRequest: -32600, unknownMethod: -32601, invalidParams: -32602, internal: -32603, version: -32022 } as const

const prefix = 'io.modelcontextprotocol/'
export const metaKeys = {
  version: `${prefix}protocolVersion`,
  clientCapabilities: `${prefix}clientCapabilities`,
  server: `${prefix}serverInfo`,
} as const

export type Fields = Readonly<Record<string, unknown>>
export type RequestId = string | number

export type Incoming =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: Fields }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Fields }
  /** An answer to a question that was never asked. */
  | { readonly kind: 'response' }
  | { readonly kind: 'malformed'; readonly id?: RequestId; readonly code: number; readonly why: string }

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

export const isRequestId = (value: unknown): value is RequestId => typeof value === 'string' || Number.isSafeInteger(value)

export function incoming(value: unknown): Incoming {
  if (!isFields(value)) return { kind: 'malformed', code: codes.invalidRequest, why: 'a message is an object' }
  const { jsonrpc, method, params = {} } = value
  const id = isRequestId(value['id']) ? { id: value['id'] } : {}
  const wrong = (why: string, code: number = codes.invalidRequest): Incoming => ({ kind: 'malformed', ...id, code, why })
  if (jsonrpc !== '2.0') return wrong('jsonrpc must be "2.0"')
  if (method === undefined && ('result' in value || 'error' in value)) return { kind: 'response' }
  if (typeof method !== 'string') return wrong('method must be a text')
  if ('id' in value && id.id === undefined) return wrong('id must be a text or a whole number')
  if (!isFields(params)) return id.id === undefined ? wrong('params must be an object') : wrong('params must be an object', codes.invalidParams)
  return id.id === undefined ? { kind: 'notification', method, params } : { kind: 'request', id: id.id, method, params }
}

/** A request cannot be answered otherwise; caught where answers are made. */
export class Refused extends Error {
  override name = 'Refused'
  readonly code: number
  readonly data: unknown
  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}
