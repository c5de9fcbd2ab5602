/** The API of Gemini, as Gemini CLI asks it. */
import { listIn, named, type Asked, type Dialect, type Reply } from './model-dialect.ts'
import { usage, type Answer } from './model-script.ts'

export const gemini: Dialect = {
  speaks: (path) => /:(streamGenerateContent|generateContent)$/.test(path),
  offered: ({ tools = [] }) => tools.flatMap((tool) => listIn(tool, 'functionDeclarations')).flatMap((tool) => named(tool, 'name') ?? []),
  reply,
  error: (status, type, message) => ({ error: { code: status, message, status: statusNames[status] ?? type } }),
}

const statusNames: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

function reply({ text, calls }: Answer, { path, id }: Asked): Reply {
  const usageMetadata = {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output,
    totalTokenCount: usage.input + usage.output,
    cachedContentTokenCount: usage.cached,
  }
  const parts = [
    ...(text === undefined ? [] : [{ text }]),
    ...calls.map(({ tool, input }) => ({ functionCall: { id: `fc_${id()}`, name: tool, args: input } })),
  ]
  const frame = {
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata,
    modelVersion: /models\/([^:]+):/.exec(path)?.[1] ?? 'unknown',
    responseId: id(),
  }
  return path.endsWith(':streamGenerateContent') ? { events: [[undefined, frame]] } : { json: frame }
}
