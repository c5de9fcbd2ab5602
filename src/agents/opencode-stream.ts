/** Reads the event stream of `opencode run --format json`: what it is doing, and how the turn ended. */
import type { AgentNews, Session, TurnEnd } from '../model/agent.ts'
import { countsOf, nothingTold, type AgentStream } from './agent-stream.ts'
import { outcomeOfStatus, outcomeOfWords } from './model-trouble.ts'
import { callText, eventIn, inside, lineOf, numberOf, sumOf, textOf } from './told-event.ts'

/** It counts each step by itself, and tells no end of its own: the last step says why it stopped. */
export function opencodeStream(): AgentStream {
  let id: string | undefined
  let said: string | undefined
  let error: unknown
  let wasDenied: string | undefined
  const steps: unknown[] = []
  const session = (): Session | undefined => (id === undefined ? undefined : { id })
  return {
    line(text) {
      const event = eventIn(text)
      if (event === undefined) return nothingTold
      const told = textOf(event['sessionID'])
      const first: readonly AgentNews[] = id === undefined && told !== undefined ? [{ kind: 'session', id: told }] : []
      id ??= told
      const part = event['part']
      if (event['type'] === 'error') error = event['error'] ?? {}
      if (event['type'] === 'text') said = textOf(inside(part, 'text')) ?? said
      if (event['type'] === 'step_finish') steps.push(part)
      if (event['type'] !== 'tool_use') return { news: first }
      const denied = deniedIn(part)
      if (denied !== undefined) wasDenied = denied.why ?? denied.tool
      return { news: [...first, ...(denied === undefined ? callNews(part) : [denied])] }
    },
    end(timeMs) {
      const last = steps.at(-1)
      if (error === undefined && last === undefined) return undefined
      const kept = session()
      const end = error === undefined ? stopOf(last, wasDenied) : troubleOf(error)
      if (end === undefined) return undefined
      return {
        ...end,
        spent: {
          timeMs,
          ...countsOf({ turns: steps.length, tokens: sumOf(steps.map(tokensOf)), usd: sumOf(steps.map((step) => numberOf(inside(step, 'cost')))) }),
        },
        ...(said === undefined ? {} : { said: said.slice(0, 2000) }),
        ...(kept === undefined ? {} : { session: kept }),
      }
    },
    session,
  }
}

/** With input, output, thoughts, and what was read from and written to a cache; versions that tell the sum are believed. */
const tokensOf = (step: unknown): number | undefined =>
  numberOf(inside(step, 'tokens', 'total')) ??
  sumOf([['input'], ['output'], ['reasoning'], ['cache', 'read'], ['cache', 'write']].map((names) => numberOf(inside(step, 'tokens', ...names))))

const writing: ReadonlySet<string> = new Set(['write', 'edit', 'multiedit', 'patch'])

/** A call is told only when it has ended. */
function callNews(part: unknown): readonly AgentNews[] {
  const tool = textOf(inside(part, 'tool')) ?? 'a tool'
  const input = inside(part, 'state', 'input')
  const path = writing.has(tool) ? textOf(inside(input, 'filePath')) : undefined
  const activity = { kind: 'activity', text: callText(tool, input) } as const
  return path === undefined ? [activity] : [activity, { kind: 'touched', path }]
}

function deniedIn(part: unknown): Extract<AgentNews, { readonly kind: 'denied' }> | undefined {
  const why = textOf(inside(part, 'state', 'error'))
  if (inside(part, 'state', 'status') !== 'error' || why === undefined || !/permission|rejected|denied|rule which prevents/i.test(why)) return undefined
  return { kind: 'denied', tool: textOf(inside(part, 'tool')) ?? 'a tool', why: lineOf(why) }
}

/** A step that wanted tools is no end, but after a denial it goes on no more. */
function stopOf(step: unknown, denied: string | undefined): Pick<TurnEnd, 'outcome' | 'why'> | undefined {
  const reason = textOf(inside(step, 'reason'))
  if (reason === 'stop') return { outcome: 'ok' }
  if (reason === 'length') return { outcome: 'context', why: 'the answer did not fit' }
  if (reason === 'content-filter') return { outcome: 'refused', why: 'a filter of the model stopped it' }
  return denied === undefined ? undefined : { outcome: 'denied', why: denied }
}

function troubleOf(error: unknown): Pick<TurnEnd, 'outcome' | 'why' | 'resetsAt'> {
  const name = textOf(inside(error, 'name')) ?? ''
  const message = textOf(inside(error, 'data', 'message')) ?? name
  const status = numberOf(inside(error, 'data', 'statusCode'))
  const byName = /aborted/i.test(name) ? 'killed' : /auth/i.test(name) ? 'auth' : /contextoverflow|outputlength/i.test(name) ? 'context' : undefined
  const outcome = byName ?? (outcomeOfWords(message) === 'context' ? 'context' : outcomeOfStatus(status)) ?? outcomeOfWords(message) ?? 'crashed'
  const resetsAt = outcome === 'quota' ? resetOf(inside(error, 'data', 'responseHeaders')) : undefined
  return { outcome, why: lineOf(message, 500), ...(resetsAt === undefined ? {} : { resetsAt }) }
}

/** By the clock of the server. */
function resetOf(headers: unknown): number | undefined {
  const [seconds, from] = [Number(textOf(inside(headers, 'retry-after'))), Date.parse(textOf(inside(headers, 'date')) ?? '')]
  return Number.isFinite(seconds) && Number.isFinite(from) ? from + seconds * 1000 : undefined
}
