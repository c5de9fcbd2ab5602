/** Reads the event stream of `copilot --output-format json`: what it is doing, and how the turn ended. */
import type { AgentNews, Session, TurnEnd } from '../model/agent.ts'
import { nothingTold, type AgentStream, type Told } from './agent-stream.ts'
import { outcomeOfStatus, outcomeOfWords } from './model-trouble.ts'
import { callText, eventIn, inside, lineOf, listOf, numberOf, textOf, type Fields } from './told-event.ts'

/** It tells the id of the conversation only at the end: `given` is the one that it was started with. It tells no tokens and no money. */
export function copilotStream(given?: string): AgentStream {
  let id: string | undefined
  let result: Fields | undefined
  let error: unknown
  let wasAborted = false
  let said: string | undefined
  let turns = 0
  const session = (): Session | undefined => (id === undefined ? undefined : { id })
  const told = (event: Fields): Told => {
    const data = event['data']
    switch (event['type']) {
      case 'session.error':
        error = data
        return nothingTold
      case 'abort':
        wasAborted = true
        return nothingTold
      case 'assistant.turn_start':
        turns += 1
        return nothingTold
      case 'assistant.message':
        said = textOf(inside(data, 'content')) || said
        return nothingTold
      case 'assistant.turn_retry':
        return { news: [{ kind: 'retry', cause: textOf(inside(data, 'reason')) ?? 'no answer' }] }
      case 'tool.execution_start':
        return { news: callNews(data) }
      case 'tool.execution_complete':
        return inside(data, 'error', 'code') === 'denied' ? { news: [deniedIn(data)] } : nothingTold
      default:
        return nothingTold
    }
  }
  return {
    line(text) {
      const event = eventIn(text)
      if (event === undefined) return nothingTold
      const isEnd = event['type'] === 'result' && typeof event['exitCode'] === 'number'
      if (isEnd) result = event
      const known = given ?? (isEnd ? textOf(event['sessionId']) : undefined)
      const first: readonly AgentNews[] = id === undefined && known !== undefined && typeof event['type'] === 'string' ? [{ kind: 'session', id: known }] : []
      if (first.length > 0) id = known
      const { news } = told(event)
      return { news: [...first, ...news] }
    },
    end(timeMs) {
      if (result === undefined) return undefined
      return {
        ...endOf(result, error, wasAborted),
        spent: { timeMs, turns },
        ...(said === undefined ? {} : { said: said.slice(0, 2000) }),
        ...(id === undefined ? {} : { session: { id } }),
      }
    },
    session,
  }
}

const writing: ReadonlySet<string> = new Set(['create', 'edit', 'str_replace', 'insert', 'apply_patch'])

/** Of a command it guesses the paths; they are told only where it redirects into a file. */
function callNews(data: unknown): readonly AgentNews[] {
  const tool = textOf(inside(data, 'toolName')) ?? 'a tool'
  const input = inside(data, 'arguments')
  const shell = inside(data, 'shellToolInfo')
  const named = writing.has(tool) ? [inside(input, 'path')] : inside(shell, 'hasWriteFileRedirection') === true ? listOf(inside(shell, 'possiblePaths')) : []
  const touched = named.flatMap((path): readonly AgentNews[] => (typeof path === 'string' ? [{ kind: 'touched', path }] : []))
  return [{ kind: 'activity', text: callText(tool, input) }, ...touched]
}

function deniedIn(data: unknown): AgentNews {
  const why = textOf(inside(data, 'error', 'message'))
  return { kind: 'denied', tool: textOf(inside(data, 'toolName')) ?? 'a tool', ...(why === undefined ? {} : { why: lineOf(why) }) }
}

/** Ended by a signal it says 0, too. */
function endOf(result: Fields, error: unknown, wasAborted: boolean): Pick<TurnEnd, 'outcome' | 'why'> {
  if (wasAborted) return { outcome: 'killed', why: 'it was told to end' }
  if (result['exitCode'] === 0) return { outcome: 'ok' }
  const message = textOf(inside(error, 'message')) ?? `it ended with exit code ${String(result['exitCode'])}`
  const type = textOf(inside(error, 'errorType')) ?? ''
  const byType = type === 'authentication' ? 'auth' : type === 'rate_limit' || type === 'quota' ? 'quota' : undefined
  const byWords = outcomeOfWords(message)
  const byStatus = byWords === 'context' ? byWords : outcomeOfStatus(numberOf(inside(error, 'statusCode')))
  return { outcome: byType ?? byStatus ?? byWords ?? 'crashed', why: lineOf(message, 500) }
}
