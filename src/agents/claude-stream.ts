/** Reads the event stream of `claude -p --output-format stream-json`: what it is doing, and how the turn ended. */
import type { AgentNews, Session, TurnEnd, TurnOutcome } from '../model/agent.ts'
import { countsOf, nothingTold, shareOf, type AgentStream, type Told } from './agent-stream.ts'
import { outcomeOfStatus } from './model-trouble.ts'
import { callText, eventIn, fieldsOf, inside, lineOf, listOf, numberOf, sumOf, textOf, type Fields } from './told-event.ts'

/** `resume`: the conversation that this turn goes on with; its money and its models are counted from its beginning. */
export function claudeStream(resume?: Session): AgentStream {
  let id: string | undefined
  let result: Fields | undefined
  let resetsAt: number | undefined
  let refusedLogin = false
  const session = (): Session | undefined => {
    const told = result === undefined ? resume?.told : countsOf({ tokens: tokensIn(result['modelUsage']), usd: numberOf(result['total_cost_usd']) })
    return id === undefined ? undefined : { id, ...(told === undefined ? {} : { told }) }
  }
  const systemNews = (event: Fields): Told => {
    const kind = event['subtype']
    if (kind === 'permission_denied') return { news: [deniedIn(event)] }
    if (kind === 'session_writes_lost') return { news: [{ kind: 'activity', text: 'its conversation could not be written to the disk' }] }
    if (kind !== 'api_retry') return nothingTold
    // It would try for minutes, and a login does not become right by that.
    refusedLogin = event['error_status'] === 401 || event['error'] === 'authentication_failed'
    return { news: [retryIn(event)], ...(refusedLogin ? { stop: 'the login was refused' } : {}) }
  }
  return {
    line(text) {
      const event = eventIn(text)
      if (event === undefined) return nothingTold
      const told = textOf(event['session_id'])
      const isFirst = id === undefined && event['subtype'] === 'init' && told !== undefined
      if (isFirst) id = told
      if (isFirst) return { news: [{ kind: 'session', id: told }] }
      if (event['type'] === 'result') result = event
      if (event['type'] === 'assistant') return { news: listOf(inside(event, 'message', 'content')).flatMap(callNews) }
      if (event['type'] === 'system') return systemNews(event)
      if (event['type'] !== 'rate_limit_event' || inside(event, 'rate_limit_info', 'status') !== 'rejected') return nothingTold
      const limit = limitIn(event)
      resetsAt = limit.resetsAt ?? resetsAt
      return { news: [limit] }
    },
    end(timeMs) {
      const kept = session()
      const more = { ...(kept === undefined ? {} : { session: kept }), ...(resetsAt === undefined ? {} : { resetsAt }) }
      if (refusedLogin) return { outcome: 'auth', why: 'the login was refused', spent: { timeMs }, ...more }
      return result === undefined ? undefined : { ...endOf(result), spent: { timeMs, ...spentOf(result, resume) }, ...more }
    },
    session,
  }
}

const writing: ReadonlySet<string> = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit'])

/** Of one block of a message. */
function callNews(block: unknown): readonly AgentNews[] {
  const name = textOf(inside(block, 'name'))
  if (inside(block, 'type') !== 'tool_use' || name === undefined) return []
  const input = inside(block, 'input')
  const path = writing.has(name) ? (textOf(inside(input, 'file_path')) ?? textOf(inside(input, 'notebook_path'))) : undefined
  const activity = { kind: 'activity', text: callText(name, input) } as const
  return path === undefined ? [activity] : [activity, { kind: 'touched', path }]
}

function deniedIn(event: Fields): AgentNews {
  const why = textOf(event['message'])
  return { kind: 'denied', tool: textOf(event['tool_name']) ?? 'a tool', ...(why === undefined ? {} : { why: lineOf(why) }) }
}

function retryIn(event: Fields): AgentNews {
  const [attempt, delayMs] = [numberOf(event['attempt']), numberOf(event['retry_delay_ms'])]
  const cause = textOf(event['error']) ?? String(numberOf(event['error_status']) ?? 'no answer')
  return { kind: 'retry', cause, ...(attempt === undefined ? {} : { attempt }), ...(delayMs === undefined ? {} : { delayMs }) }
}

/** `resetsAt` is told in seconds. */
function limitIn(event: Fields): Extract<AgentNews, { readonly kind: 'limit' }> {
  const info = fieldsOf(event['rate_limit_info'])
  const seconds = numberOf(info?.['resetsAt'])
  return { kind: 'limit', scope: textOf(info?.['rateLimitType']) ?? 'the account', ...(seconds === undefined ? {} : { resetsAt: seconds * 1000 }) }
}

function endOf(result: Fields): Pick<TurnEnd, 'outcome' | 'why' | 'said'> {
  const said = textOf(result['result'])
  const outcome = outcomeOf(result)
  const why = outcome === 'ok' ? undefined : (listOf(result['errors']).find((one) => typeof one === 'string') ?? said ?? textOf(result['subtype']))
  return { outcome, ...(why === undefined ? {} : { why: lineOf(why, 500) }), ...(said === undefined ? {} : { said: said.slice(0, 2000) }) }
}

/** Errors of the model's server come with the subtype "success"; only `is_error` tells. */
function outcomeOf(result: Fields): TurnOutcome {
  const subtype = result['subtype']
  const reason = textOf(result['terminal_reason']) ?? ''
  const status = numberOf(result['api_error_status'])
  if (subtype === 'error_max_turns') return 'turns'
  if (subtype === 'error_max_budget_usd') return 'budget'
  if (reason.startsWith('aborted')) return 'killed'
  if (result['is_error'] !== true) return subtype !== 'success' ? 'crashed' : result['stop_reason'] === 'refusal' ? 'refused' : 'ok'
  if (reason === 'prompt_too_long' || status === 413) return 'context'
  // Without a status there was no answer.
  if (reason === 'api_error') return status === undefined ? 'overloaded' : (outcomeOfStatus(status) ?? 'refused')
  return outcomeOfStatus(status) ?? 'crashed'
}

/** What the newest versions tell of this turn alone is preferred. `usage` is of this turn, but leaves out what its helpers used. */
function spentOf(result: Fields, resume: Session | undefined) {
  const own = fieldsOf(result['model_usage_since_last_result'])
  const whole = { tokens: tokensIn(result['modelUsage']), usd: numberOf(result['total_cost_usd']) }
  const share = shareOf(countsOf(whole), resume?.told)
  const usage = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'output_tokens'].map((name) =>
    numberOf(inside(result, 'usage', name)),
  )
  return countsOf({
    turns: numberOf(result['num_turns']),
    tokens: tokensIn(own) ?? (whole.tokens === undefined ? sumOf(usage) : share.tokens),
    usd: (own === undefined ? undefined : sumOf(Object.values(own).map((model) => numberOf(inside(model, 'costUSD'))))) ?? share.usd,
  })
}

/** Of all models; the input that came from a cache is told apart from the rest. */
function tokensIn(models: unknown): number | undefined {
  const names = ['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens']
  const fields = fieldsOf(models)
  return fields === undefined ? undefined : sumOf(Object.values(fields).flatMap((model) => names.map((name) => numberOf(inside(model, name)))))
}
