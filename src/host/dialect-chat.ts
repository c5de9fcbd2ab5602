/** The Chat Completions API of OpenAI, as OpenCode and many others ask it. */
import { openAiError } from './dialect-responses.ts'
import { named, type Asked, type Dialect, type Reply } from './model-dialect.ts'
import { usage, type Answer } from './model-script.ts'

export const chat: Dialect = {
  speaks: (path) => path.endsWith('/chat/completions'),
  offered: ({ tools = [] }) => tools.flatMap((tool) => named((tool as { readonly function?: unknown } | null)?.function, 'name') ?? []),
  reply,
  error: openAiError,
}

const used = {
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cached },
}

function reply({ text, calls }: Answer, { body, id }: Asked): Reply {
  const toolCalls = calls.map(({ tool, input }) => ({ id: `call_${id()}`, type: 'function', function: { name: tool, arguments: JSON.stringify(input) } }))
  const finish = calls.length > 0 ? 'tool_calls' : 'stop'
  const base = { id: `chatcmpl-${id()}`, created: 0, model: body.model }
  if (body.stream !== true) {
    const message = { role: 'assistant', content: text ?? null, ...(calls.length > 0 ? { tool_calls: toolCalls } : {}) }
    return { json: { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage: used } }
  }
  const chunk = (delta: object, reason: string | null = null) =>
    [undefined, { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] }] as const
  return {
    events: [
      chunk({ role: 'assistant', content: '' }),
      ...(text === undefined ? [] : [chunk({ content: text })]),
      ...toolCalls.map((call, index) => chunk({ tool_calls: [{ index, ...call }] })),
      chunk({}, finish),
      [undefined, { ...base, object: 'chat.completion.chunk', choices: [], usage: used }],
      [undefined, '[DONE]'],
    ],
  }
}
