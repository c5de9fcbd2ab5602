/** A Tool is something that an agent can ask pawl for: what it is called, what it takes, and what it answers. */
import type { Cancellation } from '../../model/cancellation.ts'
import type { Json } from '../../model/json.ts'
import type { Input, InputSchema } from './input-schema.ts'

export type ToolAnswer = {
  /** What a model reads: short. */
  readonly text: string
  /** The same for programs. */
  readonly data?: { readonly [key: string]: Json }
  /** pawl could not do what was asked. */
  readonly isError?: true
}

export type ToolCall = {
  readonly cancellation: Cancellation
  /** Shown by the client, if it asked to be told. */
  progress(done: number, total: number, message: string): void
}

export type Tool = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: InputSchema
  /** It changes nothing that a person would miss. */
  readonly readOnly: boolean
  /** The input fits the schema. Trouble of the world is an answer; what is thrown is a bug. */
  call(input: Input, call: ToolCall): Promise<ToolAnswer>
}
