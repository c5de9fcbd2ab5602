/** Reads the event stream of `codex exec --json`: what it is doing, and how the turn ended. */
import type { AgentNews, Session, TurnEnd } from '../model/agent.ts'
import { countsOf, nothingTold, shareOf, type AgentStream, type Told } from './agent-stream.ts'
import { outcomeOfWords, resetIn } from './model-trouble.ts'
import { eventIn, inside, lineOf, listOf, numberOf, sumOf, textOf, type Fields } from './told-event.ts'

/** In a row. The pauses between them grow: it is about a minute. */
const mostWaits = 5
const noNetwork = 'the server of its model could not be reached'

/** `resume`: the thread that this turn goes on with; its tokens are counted from its beginning. */
export function codexStream(resume?: Session): AgentStream {
  let id: string | undefined
  let said: string | undefined
  let last: Fields | undefined
  let sandbox: string | undefined
  let didSomething = false
  let waits = 0
  const tokens = (): number | undefined =>
    sumOf(['input_tokens', 'output_tokens'].map((name) => (last?.['type'] === 'turn.completed' ? numberOf(inside(last, 'usage', name)) : undefined)))
  const session = (): Session | undefined => {
    const now = tokens()
    const told = now === undefined ? resume?.told : { tokens: now }
    return id === undefined ? undefined : { id, ...(told === undefined ? {} : { told }) }
  }
  return {
    line(text) {
      const event = eventIn(text)
      const type = textOf(event?.['type'])
      if (event === undefined || type === undefined) return nothingTold
      if (type === 'turn.completed' || type === 'turn.failed') last = event
      if (type === 'thread.started') id = textOf(event['thread_id']) ?? id
      if (type === 'thread.started') return { news: id === undefined ? [] : [{ kind: 'session', id }] }
      const isWaiting = type === 'error' && /waiting for network/i.test(textOf(event['message']) ?? '')
      waits = isWaiting ? waits + 1 : 0
      // It would go on so for ever, and never be silent for long.
      if (waits === mostWaits) return { news: [], stop: noNetwork }
      if (type === 'error') return { news: [retryIn(textOf(event['message']) ?? '')] }
      if (type !== 'item.started' && type !== 'item.completed') return nothingTold
      const item = inside(event, 'item')
      if (inside(item, 'type') === 'agent_message') said = textOf(inside(item, 'text')) ?? said
      const isDone = inside(item, 'status') === 'completed'
      didSomething ||= isDone
      const output = textOf(inside(item, 'aggregated_output')) ?? ''
      if (!isDone && output.startsWith('bwrap: ')) sandbox ??= lineOf(output, 500)
      return itemNews(item, type === 'item.started')
    },
    // Its sandbox fails inside of what the tools answer: the events say nothing, only a warning does.
    warning(text) {
      if (/bwrap: |codex-linux-sandbox|could not create PATH aliases|landlock|seccomp|sandbox-exec/i.test(text)) sandbox ??= lineOf(text, 500)
      return nothingTold
    },
    end(timeMs) {
      const kept = session()
      if (waits >= mostWaits) return { outcome: 'overloaded', why: noNetwork, spent: { timeMs }, ...(kept === undefined ? {} : { session: kept }) }
      if (last === undefined) return undefined
      const now = tokens()
      return {
        ...endOf(last, didSomething ? undefined : sandbox),
        spent: { timeMs, ...(now === undefined ? {} : shareOf(countsOf({ tokens: now }), resume?.told)) },
        ...(said === undefined ? {} : { said: said.slice(0, 2000) }),
        ...(kept === undefined ? {} : { session: kept }),
      }
    },
    session,
  }
}

/** "Reconnecting... 1/5 (why)". An error of this kind is not the end. */
function retryIn(message: string): AgentNews {
  const attempt = /(\d+)\/\d+/.exec(message)?.[1]
  const cause = /\((.*)\)\s*$/.exec(lineOf(message, 500))?.[1] ?? message
  return { kind: 'retry', cause: lineOf(cause), ...(attempt === undefined ? {} : { attempt: Number(attempt) }) }
}

function itemNews(item: unknown, isStart: boolean): Told {
  const type = inside(item, 'type')
  const tool = textOf(type) ?? 'a tool'
  if (inside(item, 'status') === 'declined') return { news: [{ kind: 'denied', tool }] }
  const output = textOf(inside(item, 'aggregated_output')) ?? ''
  if (!isStart && type === 'command_execution' && inside(item, 'status') === 'failed' && /Read-only file system|Operation not permitted/.test(output))
    return { news: [{ kind: 'denied', tool, why: lineOf(output) }] }
  if (type === 'command_execution') return activity(isStart, textOf(inside(item, 'command')))
  const refusal = textOf(inside(item, 'error', 'message')) ?? ''
  if (type === 'mcp_tool_call' && /approval|denied|rejected/i.test(refusal))
    return { news: [{ kind: 'denied', tool: textOf(inside(item, 'tool')) ?? tool, why: lineOf(refusal) }] }
  if (type === 'mcp_tool_call') return activity(isStart, `${textOf(inside(item, 'server')) ?? 'a server'} ${textOf(inside(item, 'tool')) ?? ''}`)
  if (type === 'web_search') return activity(isStart, `web search ${textOf(inside(item, 'query')) ?? ''}`)
  if (type !== 'file_change') return nothingTold
  const paths = listOf(inside(item, 'changes')).flatMap((change) => textOf(inside(change, 'path')) ?? [])
  // A change that the sandbox refused has failed; the paths are told when it begins, too.
  if (inside(item, 'status') === 'failed') return { news: [{ kind: 'denied', tool: 'file_change', why: lineOf(`could not write ${paths.join(', ')}`) }] }
  const touched = paths.map((path): AgentNews => ({ kind: 'touched', path }))
  return { news: isStart || paths.length === 0 ? touched : [{ kind: 'activity', text: lineOf(`edited ${paths.join(', ')}`) }, ...touched] }
}

const activity = (isStart: boolean, text: string | undefined): Told =>
  isStart && text !== undefined ? { news: [{ kind: 'activity', text: lineOf(text) }] } : nothingTold

/** `sandbox`: what it warned of, where nothing that it did worked. */
function endOf(last: Fields, sandbox: string | undefined): Pick<TurnEnd, 'outcome' | 'why' | 'resetsAt'> {
  if (last['type'] === 'turn.completed') return sandbox === undefined ? { outcome: 'ok' } : { outcome: 'sandbox', why: sandbox }
  const message = textOf(inside(last, 'error', 'message')) ?? 'it failed'
  const resetsAt = resetIn(message)
  return { outcome: outcomeOfWords(message) ?? 'crashed', why: lineOf(message, 500), ...(resetsAt === undefined ? {} : { resetsAt }) }
}
