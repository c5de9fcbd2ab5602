/** The Messages API of Anthropic, as Claude Code asks it. */
import { named, type Asked, type Dialect, type Reply } from './model-dialect.ts'
import { usage, type Answer } from './model-script.ts'

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object }

export const messages: Dialect = {
  speaks: (path) => path.endsWith('/v1/messages'),
  offered: ({ tools = [] }) => tools.flatMap((tool) => named(tool, 'name') ?? []),
  reply,
  error: (_status, type, message) => ({ type: 'error', error: { type, message } }),
}

/** What came from a cache stands beside the input. */
const used = {
  input_tokens: usage.input - usage.cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cached,
  output_tokens: usage.output,
}

function reply({ text, calls }: Answer, { body, id }: Asked): Reply {
  const content: readonly Block[] = [
    ...(text === undefined ? [] : [{ type: 'text', text } as const]),
    ...calls.map(({ tool, input }) => ({ type: 'tool_use', id: `toolu_${id()}`, name: tool, input }) as const),
  ]
  const reason = calls.length > 0 ? 'tool_use' : 'end_turn'
  const message = { id: `msg_${id()}`, type: 'message', role: 'assistant', model: body.model, content, stop_reason: reason, stop_sequence: null, usage: used }
  if (body.stream !== true) return { json: message }
  const event = (type: string, data: object) => [type, { type, ...data }] as const
  return {
    events: [
      event('message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...used, output_tokens: 1 } } }),
      ...content.flatMap((block, index) => {
        const isText = block.type === 'text'
        const delta = isText ? { type: 'text_delta', text: block.text } : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
        return [
          event('content_block_start', { index, content_block: isText ? { type: 'text', text: '' } : { ...block, input: {} } }),
          event('content_block_delta', { index, delta }),
          event('content_block_stop', { index }),
        ]
      }),
      event('message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: used.output_tokens } }),
      event('message_stop', {}),
    ],
  }
}
