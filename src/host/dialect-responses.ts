/** The Responses API of OpenAI, as Codex asks it. */
import { listIn, named, type Asked, type Dialect, type Reply } from './model-dialect.ts'
import { usage, type Answer } from './model-script.ts'

export const responses: Dialect = {
  speaks: (path) => path.endsWith('/responses'),
  offered: ({ tools = [] }) =>
    tools.flatMap((tool) => (named(tool, 'type') === 'namespace' ? listIn(tool, 'tools') : [tool])).flatMap((tool) => named(tool, 'name') ?? []),
  reply,
  error: openAiError,
}

export function openAiError(status: number, type: string, message: string): unknown {
  const codes: Readonly<Record<number, string>> = { 401: 'invalid_api_key', 404: 'model_not_found', 429: 'rate_limit_exceeded' }
  return { error: { message, type, param: null, code: codes[status] ?? null } }
}

const used = {
  input_tokens: usage.input,
  input_tokens_details: { cached_tokens: usage.cached },
  output_tokens: usage.output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: usage.input + usage.output,
}

/** Tools of a server stand in a space of its name: "mcp__server__tool" is told as both. */
function spacedNames(tool: unknown): readonly (readonly [string, { readonly namespace: string; readonly name: string }])[] {
  const namespace = named(tool, 'type') === 'namespace' ? named(tool, 'name') : undefined
  if (namespace === undefined) return []
  return listIn(tool, 'tools').flatMap((one) => {
    const name = named(one, 'name')
    return name === undefined ? [] : [[`${namespace}__${name}`, { namespace, name }] as const]
  })
}

function reply({ text, calls }: Answer, { body, id }: Asked): Reply {
  const spaced = new Map((body.tools ?? []).flatMap(spacedNames))
  const custom = new Set((body.tools ?? []).flatMap((tool) => (named(tool, 'type') === 'custom' ? (named(tool, 'name') ?? []) : [])))
  const output: readonly object[] = [
    ...(text === undefined
      ? []
      : [{ type: 'message', id: `msg_${id()}`, status: 'completed', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }]),
    ...calls.map(({ tool, input }) =>
      custom.has(tool)
        ? { type: 'custom_tool_call', id: `ctc_${id()}`, status: 'completed', call_id: `call_${id()}`, name: tool, input: named(input, 'input') ?? '' }
        : {
            type: 'function_call',
            id: `fc_${id()}`,
            status: 'completed',
            call_id: `call_${id()}`,
            ...(spaced.get(tool) ?? { name: tool }),
            arguments: JSON.stringify(input),
          },
    ),
  ]
  const begun = { id: `resp_${id()}`, object: 'response', created_at: 0, model: body.model, status: 'in_progress', output: [], parallel_tool_calls: true }
  const done = { ...begun, status: 'completed', output, usage: used }
  if (body.stream !== true) return { json: done }
  const events = [
    ['response.created', { response: begun }] as const,
    ...output.flatMap((item, index) => [
      ['response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress' } }] as const,
      ['response.output_item.done', { output_index: index, item }] as const,
    ]),
    ['response.completed', { response: done }] as const,
  ]
  return { events: events.map(([type, data], n) => [type, { type, sequence_number: n, ...data }]) }
}
