/** Reads the event stream of `claude -p --output-format stream-json`: what it is doing, and how the turn ended. */
import type { TurnEnd, TurnOutcome } from '../model/agent.ts'
import type { Spent } from '../model/budget.ts'

type Fields = Readonly<Record<string, unknown>>

export type ClaudeStream = {
  /** Takes one line; lines that are no JSON object are warnings of the program and say nothing. */
  line(text: string): ClaudeNews
  /** Undefined: it never told how the turn ended. */
  end(timeMs: number): TurnEnd | undefined
}

/** `stop`: to go on can only cost time. */
export type ClaudeNews = { readonly activity?: string; readonly stop?: string }

export function claudeStream(): ClaudeStream {
  let result: Fields | undefined
  let resetsAt: number | undefined
  let refusedLogin = false
  return {
    line(text) {
      const event = objectIn(text)
      if (event === undefined) return {}
      if (event['type'] === 'result') result = event
      if (event['type'] === 'rate_limit_event') resetsAt = resetOf(event) ?? resetsAt
      if (event['type'] === 'assistant') return activityOf(event)
      if (event['type'] !== 'system' || event['subtype'] !== 'api_retry') return {}
      // It would try for minutes, and a login does not become right by that.
      refusedLogin = event['error_status'] === 401 || event['error'] === 'authentication_failed'
      return refusedLogin
        ? { stop: 'the login was refused' }
        : { activity: `waiting to try again (${textOf(event['error']) ?? numberOf(event['error_status']) ?? 'no answer'})` }
    },
    end(timeMs) {
      if (refusedLogin) return { outcome: 'auth', why: 'the login was refused', spent: { timeMs } }
      return result === undefined ? undefined : endOf(result, timeMs, resetsAt)
    },
  }
}

function objectIn(text: string): Fields | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

const fieldsOf = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined)
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined)

/** The first tool that a message calls, with what it is called for. */
function activityOf(event: Fields): ClaudeNews {
  const content = fieldsOf(event['message'])?.['content']
  for (const block of Array.isArray(content) ? content : []) {
    const fields = fieldsOf(block)
    const name = textOf(fields?.['name'])
    if (fields?.['type'] !== 'tool_use' || name === undefined) continue
    const input = fieldsOf(fields['input'])
    const about = textOf(input?.['file_path']) ?? textOf(input?.['path']) ?? textOf(input?.['pattern']) ?? textOf(input?.['command'])
    return { activity: about === undefined ? name : `${name} ${about.slice(0, 200)}` }
  }
  return {}
}

/** `resetsAt` is in seconds. */
function resetOf(event: Fields): number | undefined {
  const info = fieldsOf(event['rate_limit_info'])
  const seconds = numberOf(info?.['resetsAt'])
  return info?.['status'] === 'rejected' && seconds !== undefined ? seconds * 1000 : undefined
}

function endOf(result: Fields, timeMs: number, resetsAt: number | undefined): TurnEnd {
  const spent = spentOf(result, timeMs)
  const said = textOf(result['result'])
  const outcome = outcomeOf(result)
  const errors = Array.isArray(result['errors']) ? result['errors'].filter((one) => typeof one === 'string') : []
  const why = outcome === 'ok' ? undefined : (errors[0] ?? said ?? textOf(result['subtype']))
  return {
    outcome,
    spent,
    ...(why === undefined ? {} : { why: why.slice(0, 500) }),
    ...(said === undefined ? {} : { said: said.slice(0, 2000) }),
    ...(resetsAt === undefined ? {} : { resetsAt }),
  }
}

/** Errors of the model's server come with the subtype "success"; only `is_error` tells. */
function outcomeOf(result: Fields): TurnOutcome {
  const subtype = result['subtype']
  const reason = result['terminal_reason']
  if (subtype === 'error_max_turns' || subtype === 'error_max_budget_usd') return 'limit'
  if (result['is_error'] !== true) return subtype === 'success' ? 'ok' : 'crashed'
  const status = result['api_error_status']
  if (status === 401 || status === 403) return 'auth'
  if (status === 429) return 'quota'
  if (reason === 'prompt_too_long' || status === 413) return 'context'
  if (reason === 'api_error' && (status === null || status === undefined || (typeof status === 'number' && status >= 500))) return 'overloaded'
  if (reason === 'api_error') return 'refused'
  return 'crashed'
}

/** The input that came from a cache is told apart from the rest; all of it is counted. */
function spentOf(result: Fields, timeMs: number): Spent {
  const usage = fieldsOf(result['usage'])
  const parts = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'output_tokens'].map((name) => numberOf(usage?.[name]))
  const tokens = parts.every((part) => part !== undefined) ? parts.reduce((sum, part) => sum + part, 0) : undefined
  const turns = numberOf(result['num_turns'])
  const usd = numberOf(result['total_cost_usd'])
  return { timeMs, ...(turns === undefined ? {} : { turns }), ...(tokens === undefined ? {} : { tokens }), ...(usd === undefined ? {} : { usd }) }
}
