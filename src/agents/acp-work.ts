/** What an agent tells of its work by the Agent Client Protocol while it is at it: calls of tools, words, money. Pure. */
import type { AgentNews, AgentTurn } from '../model/agent.ts'
import { answerOf, pathsOf, refusalOf } from './acp-permission.ts'
import { fieldsOf, inside, lineOf, numberOf, textOf, type Fields } from './told-event.ts'

export type AcpWork = {
  /** Of a `session/update`. */
  told(update: unknown): readonly AgentNews[]
  /** Of a `session/request_permission`. */
  asked(params: unknown): { readonly answer: object; readonly news: readonly AgentNews[] }
  /** The last words. */
  said(): string
  /** Why it was refused something, where nothing has come since: some programs stop then. */
  refused(): string | undefined
  /** US dollars of the whole conversation, where they were told. */
  usd(): number | undefined
}

export function acpWork(turn: Pick<AgentTurn, 'access' | 'folder' | 'tools'>): AcpWork {
  const calls = acpCalls()
  let said = ''
  let message: unknown
  let usd: number | undefined
  let refused: string | undefined
  return {
    told(update) {
      const kind = inside(update, 'sessionUpdate')
      if (kind === 'usage_update' && inside(update, 'cost', 'currency') === 'USD') usd = numberOf(inside(update, 'cost', 'amount')) ?? usd
      if (kind === 'agent_message_chunk') {
        const part = inside(update, 'messageId') ?? message
        said = (part === message ? said : '') + (textOf(inside(update, 'content', 'text')) ?? '')
        message = part
      }
      if (kind === 'tool_call' || kind === 'user_message_chunk') said = ''
      if (kind === 'tool_call' || kind === 'agent_message_chunk') refused = undefined
      return kind === 'tool_call' || kind === 'tool_call_update' ? calls.told(update) : []
    },
    asked(params) {
      const { id, call } = calls.merged(inside(params, 'toolCall'))
      said = ''
      const why = refusalOf(call, turn)
      refused = why
      const answer = answerOf(inside(params, 'options'), why === undefined)
      if (why === undefined) return { answer, news: calls.newsOf(id, call, true) }
      return { answer, news: [{ kind: 'denied', tool: lineOf(textOf(call['title']) ?? textOf(call['kind']) ?? 'a tool'), why }] }
    },
    said: () => said,
    refused: () => refused,
    usd: () => usd,
  }
}

/** A tool call is told in parts; what was told earlier stays. */
function acpCalls() {
  const known = new Map<string, Fields>()
  const shown = new Set<string>()
  const merged = (part: unknown): { readonly id: string; readonly call: Fields } => {
    const id = textOf(inside(part, 'toolCallId')) ?? ''
    const own = Object.entries(fieldsOf(part) ?? {}).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    const call = { ...known.get(id), ...Object.fromEntries(own) }
    known.set(id, call)
    return { id, call }
  }
  const once = (key: string, one: AgentNews): readonly AgentNews[] => {
    if (shown.has(key)) return []
    shown.add(key)
    return [one]
  }
  /** `isAllowed`: nobody has to be asked any more. */
  const newsOf = (id: string, call: Fields, isAllowed: boolean): readonly AgentNews[] => {
    const title = lineOf(textOf(call['title']) ?? '')
    const writes = call['kind'] === 'edit' || call['kind'] === 'delete' || call['kind'] === 'move'
    const touched = writes && (isAllowed || call['status'] === 'in_progress' || call['status'] === 'completed') ? [...new Set(namedBy(call))] : []
    return [
      ...(title === '' ? [] : once(`${id} ${title}`, { kind: 'activity', text: title })),
      ...touched.flatMap((path) => once(`${id}\n${path}`, { kind: 'touched', path })),
    ]
  }
  return {
    told(part: unknown): readonly AgentNews[] {
      const { id, call } = merged(part)
      return newsOf(id, call, false)
    },
    merged,
    newsOf,
  }
}

const namedBy = (call: Fields): readonly string[] => pathsOf({ locations: call['locations'], content: call['content'] })
