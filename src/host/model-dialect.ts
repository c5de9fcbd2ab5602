/** What each API of a model says in its own words: how tools are offered, how an answer and an error are written. */
import type { Answer } from './model-script.ts'

export type Body = { readonly stream?: boolean; readonly model?: string; readonly tools?: readonly unknown[] }

export type Asked = { readonly path: string; readonly body: Body; readonly id: () => string }

/** Lines of an event stream, or one body of JSON. */
export type Reply = { readonly events: readonly (readonly [event: string | undefined, data: unknown])[] } | { readonly json: unknown }

export type Dialect = {
  /** Of the path of a request. */
  speaks(path: string): boolean
  /** Names of the tools that a request offers. */
  offered(body: Body): readonly string[]
  reply(answer: Answer, asked: Asked): Reply
  error(status: number, type: string, message: string): unknown
}

/** What stands under a name, where it is a text. */
export const named = (value: unknown, name: string): string | undefined => {
  const found = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
  return typeof found === 'string' ? found : undefined
}

export const listIn = (value: unknown, name: string): readonly unknown[] => {
  const found = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
  return Array.isArray(found) ? found : []
}
