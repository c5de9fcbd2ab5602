/** Reads the event stream of `gemini -o stream-json`: what it is doing, and how the turn ended. */
import type { AgentNews, Session, TurnEnd, TurnOutcome } from '../model/agent.ts'
import { countsOf, nothingTold, type AgentStream, type Told } from './agent-stream.ts'
import { outcomeOfStatus, outcomeOfWords } from './model-trouble.ts'
import { callText, eventIn, inside, lineOf, numberOf, textOf, type Fields } from './told-event.ts'

/** It counts each turn by itself. */
export function geminiStream(): AgentStream {
  let id: string | undefined
  let result: Fields | undefined
  let said = ''
  const session = (): Session | undefined => (id === undefined ? undefined : { id })
  return {
    line(text) {
      const event = eventIn(text)
      const type = event?.['type']
      if (event === undefined) return nothingTold
      if (type === 'result') result = event
      if (type === 'init') id = textOf(event['session_id']) ?? id
      if (type === 'init') return { news: id === undefined ? [] : [{ kind: 'session', id }] }
      if (type === 'message' && event['role'] === 'assistant') said += textOf(event['content']) ?? ''
      if (type !== 'tool_use') return type === 'tool_result' ? resultNews(event) : nothingTold
      said = ''
      return { news: callNews(event) }
    },
    // Of trouble with the model it tells nothing on its standard output until it gives up.
    warning(text) {
      const [, attempt, status] = /Attempt (\d+) failed(?: with status (\d+))?/i.exec(text) ?? []
      return attempt === undefined ? nothingTold : { news: [{ kind: 'retry', cause: status ?? 'no answer', attempt: Number(attempt) }] }
    },
    end(timeMs) {
      if (result === undefined) return undefined
      const kept = session()
      return {
        ...endOf(result),
        spent: { timeMs, ...countsOf({ tokens: numberOf(inside(result, 'stats', 'total_tokens')) }) },
        ...(said === '' ? {} : { said: said.slice(0, 2000) }),
        ...(kept === undefined ? {} : { session: kept }),
      }
    },
    session,
  }
}

/** By the exit alone: 128 + n is not a signal, but the status of HTTP in eight bits. */
export function outcomeOfGeminiCode(code: number | undefined): TurnOutcome | undefined {
  if (code === undefined || code < 2) return undefined
  const known: Readonly<Record<number, TurnOutcome>> = { 41: 'auth', 42: 'crashed', 52: 'crashed', 53: 'turns', 55: 'crashed', 130: 'killed' }
  return known[code] ?? (code >= 144 ? outcomeOfStatus(code + 256) : undefined)
}

const writing: ReadonlySet<string> = new Set(['write_file', 'replace', 'edit'])

function callNews(event: Fields): readonly AgentNews[] {
  const tool = textOf(event['tool_name']) ?? 'a tool'
  const path = writing.has(tool) ? (textOf(inside(event, 'parameters', 'file_path')) ?? textOf(inside(event, 'parameters', 'path'))) : undefined
  const activity = { kind: 'activity', text: callText(tool, event['parameters']) } as const
  return path === undefined ? [activity] : [activity, { kind: 'touched', path }]
}

/** A tool that is not allowed is not even there. */
function resultNews(event: Fields): Told {
  const type = textOf(inside(event, 'error', 'type')) ?? ''
  const why = textOf(inside(event, 'error', 'message'))
  if (event['status'] !== 'error' || !/not_registered|denied|policy|not in workspace/i.test(`${type} ${why ?? ''}`)) return nothingTold
  const tool = /^(.*?)__fc_/.exec(textOf(event['tool_id']) ?? '')?.[1] ?? /"([^"]+)"/.exec(why ?? '')?.[1] ?? 'a tool'
  return { news: [{ kind: 'denied', tool, ...(why === undefined ? {} : { why: lineOf(why) }) }] }
}

function endOf(result: Fields): Pick<TurnEnd, 'outcome' | 'why'> {
  if (result['status'] === 'success') return { outcome: 'ok' }
  const type = textOf(inside(result, 'error', 'type')) ?? ''
  const message = textOf(inside(result, 'error', 'message')) ?? 'it failed'
  const byType = /turn/i.test(type) ? 'turns' : /cancel/i.test(type) ? 'killed' : /auth/i.test(type) ? 'auth' : undefined
  return { outcome: byType ?? outcomeOfWords(message) ?? 'crashed', why: lineOf(message, 500) }
}
