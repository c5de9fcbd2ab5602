/**
 * Our end of the Agent Client Protocol, as lines of JSON-RPC in and out: one conversation, one prompt. Pure.
 * Written by hand: of the protocol's own library we would use the names of ten messages, and it wants to hold streams that the Processes port holds.
 */
import type { AgentNews, AgentTurn, Session, TurnEnd, TurnOutcome } from '../model/agent.ts'
import { acpWork } from './acp-work.ts'
import { countsOf, shareOf } from './agent-stream.ts'
import { outcomeOfWords } from './model-trouble.ts'
import { eventIn, inside, lineOf, listOf, numberOf, sumOf, textOf, type Fields } from './told-event.ts'

export type AcpTurn = Pick<AgentTurn, 'access' | 'folder' | 'tools' | 'brief' | 'resume'>

/** `say`: lines for the program. `isOver`: it has answered, or never will. */
export type AcpStep = { readonly say: readonly string[]; readonly news: readonly AgentNews[]; readonly isOver: boolean }

export type AcpClient = {
  /** The first line. */
  open(): string
  line(text: string): AcpStep
  /** What asks it to stop; undefined while there is nothing to stop. */
  cancel(): string | undefined
  end(timeMs: number): TurnEnd | undefined
  session(): Session | undefined
}

type Over = { readonly outcome: TurnOutcome; readonly why?: string; readonly tokens?: number }
type Asked = 'initialize' | 'session' | 'mode' | 'prompt'

/** Files and terminals are not offered: it has hands of its own. */
const hello = {
  protocolVersion: 1,
  clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
  clientInfo: { name: 'pawl', version: '1' },
}

export function acpClient(turn: AcpTurn): AcpClient {
  const { resume, brief } = turn
  const work = acpWork(turn)
  const asked: Asked[] = []
  let id: string | undefined
  let over: Over | undefined
  let news: AgentNews[] = []
  let say: string[] = []

  const send = (body: object): void => void say.push(JSON.stringify({ jsonrpc: '2.0', ...body }))
  const ask = (what: Asked, method: string, params: object): void => {
    send({ id: asked.length, method, params })
    asked.push(what)
  }
  const prompt = (): void => ask('prompt', 'session/prompt', { sessionId: id, prompt: [{ type: 'text', text: brief }] })
  const answered = (what: Asked, result: unknown): void => {
    if (what === 'initialize' && inside(result, 'protocolVersion') !== 1) over = { outcome: 'protocol', why: 'it speaks another version of the protocol' }
    else if (what === 'initialize') {
      const opening = openingOf(turn, inside(result, 'agentCapabilities'))
      if (opening === undefined) over = { outcome: 'crashed', why: 'it cannot go on with an earlier conversation' }
      else ask('session', opening.method, opening.params)
    } else if (what === 'session') {
      id = textOf(inside(result, 'sessionId')) ?? resume?.id
      if (id === undefined) return void (over = { outcome: 'protocol', why: 'it gave the conversation no id' })
      news.push({ kind: 'session', id })
      const modeId = askingMode(inside(result, 'modes'))
      if (modeId === undefined) prompt()
      else ask('mode', 'session/set_mode', { sessionId: id, modeId })
    } else if (what === 'mode') prompt()
    else over = endOf(result, work.refused())
  }
  const called = ({ id: number, method, params }: Fields): void => {
    // Files and terminals were not offered; some programs ask for them all the same, and help themselves then.
    const asks = method === 'session/request_permission' ? work.asked(params) : undefined
    news.push(...(asks?.news ?? []))
    send({ id: number, ...(asks === undefined ? { error: { code: -32_601, message: 'not offered' } } : { result: asks.answer }) })
  }
  const hear = (event: Fields): void => {
    if (event['method'] !== undefined && event['id'] !== undefined) return called(event)
    // What is told before we have asked for anything is of the past.
    if (event['method'] === 'session/update' && asked.includes('prompt')) return void news.push(...work.told(inside(event, 'params', 'update')))
    const what = typeof event['id'] === 'number' && event['method'] === undefined ? asked[event['id']] : undefined
    if (what === undefined || event['id'] !== asked.length - 1) return
    // Also of the mode: in its usual one it may do more without asking.
    if (event['error'] !== undefined) over = troubleOf(event['error'])
    else answered(what, event['result'])
  }
  const session = (): Session | undefined => {
    const usd = work.usd()
    const told = usd === undefined ? resume?.told : { usd }
    return id === undefined ? undefined : { id, ...(told === undefined ? {} : { told }) }
  }
  return {
    open() {
      ask('initialize', 'initialize', hello)
      return say[0] ?? ''
    },
    line(text) {
      ;[news, say] = [[], []]
      const event = over === undefined ? eventIn(text) : undefined
      if (event !== undefined) hear(event)
      return { say, news, isOver: over !== undefined }
    },
    cancel: () => (id === undefined || over !== undefined ? undefined : cancelLine(id)),
    end(timeMs) {
      if (over === undefined) return undefined
      const { tokens, ...end } = over
      const [kept, said] = [session(), work.said()]
      const spent = { timeMs, ...countsOf({ tokens }), ...shareOf(countsOf({ usd: work.usd() }), resume?.told) }
      return { ...end, spent, ...(said === '' ? {} : { said: said.slice(0, 2000) }), ...(kept === undefined ? {} : { session: kept }) }
    },
    session,
  }
}

/** Undefined: what is wanted it cannot. */
function openingOf({ resume, folder, tools = [] }: AcpTurn, able: unknown): { readonly method: string; readonly params: object } | undefined {
  const [command, ...args] = tools
  const params = { cwd: folder, mcpServers: command === undefined ? [] : [{ name: 'pawl', command, args, env: [] }] }
  if (resume === undefined) return { method: 'session/new', params }
  const canResume = inside(able, 'sessionCapabilities', 'resume') !== undefined
  if (!canResume && inside(able, 'loadSession') !== true) return undefined
  return { method: canResume ? 'session/resume' : 'session/load', params: { sessionId: resume.id, ...params } }
}

const cancelLine = (sessionId: string): string => JSON.stringify({ jsonrpc: '2.0', method: 'session/cancel', params: { sessionId } })

function troubleOf(error: unknown): Pick<TurnEnd, 'outcome' | 'why'> {
  const words = textOf(inside(error, 'message')) ?? 'it answered with an error'
  const more = [['data', 'message'], ['data', 'details'], ['data']].map((names) => textOf(inside(error, ...names))).find((one) => one !== undefined)
  const all = more === undefined ? words : `${words}: ${more}`
  return { outcome: inside(error, 'code') === -32_000 ? 'auth' : (outcomeOfWords(all) ?? 'crashed'), why: lineOf(all, 500) }
}

/** One in which it asks before it writes; undefined: it is in it, or has none. */
function askingMode(modes: unknown): string | undefined {
  const ids = listOf(inside(modes, 'availableModes')).map((mode) => textOf(inside(mode, 'id')))
  const asking = ['default', 'ask', 'manual', 'read-only'].find((mode) => ids.includes(mode))
  return asking === inside(modes, 'currentModeId') ? undefined : asking
}

/** Only where it is known to be of the whole prompt: what stands in the usual place is of the last step with some programs. */
function tokensIn(result: unknown): number | undefined {
  const count = inside(result, '_meta', 'quota', 'token_count')
  return numberOf(inside(count, 'totalTokens')) ?? sumOf(['input_tokens', 'output_tokens'].map((name) => numberOf(inside(count, name))))
}

function endOf(result: unknown, refused: string | undefined): Over {
  const ends: Readonly<Record<string, TurnOutcome>> = {
    end_turn: 'ok',
    max_tokens: 'context',
    max_turn_requests: 'turns',
    refusal: 'refused',
    cancelled: 'killed',
  }
  const reason = textOf(inside(result, 'stopReason'))
  const tokens = tokensIn(result)
  const told = (reason !== undefined && Object.hasOwn(ends, reason) ? ends[reason] : undefined) ?? 'protocol'
  const outcome = told === 'ok' && refused !== undefined ? 'denied' : told
  return {
    outcome,
    ...(outcome === 'ok' ? {} : { why: outcome === 'denied' ? (refused ?? '') : `it stopped: ${reason ?? 'it does not say why'}` }),
    ...(tokens === undefined ? {} : { tokens }),
  }
}
