/** What the stream of a program is read by: pure, line by line, into one normal form; and an Agent made of it. */
import type { Agent, AgentChoice, AgentNews, AgentTurn, Session, TurnEnd } from '../model/agent.ts'
import type { Spent } from '../model/budget.ts'
import type { Exit } from '../model/processes.ts'
import { exitText, runTurn } from './turn-process.ts'

/** `stop`: to go on can only cost time. */
export type Told = { readonly news: readonly AgentNews[]; readonly stop?: string }
export const nothingTold: Told = { news: [] }

export type AgentStream = {
  /** Takes one whole line of standard output; one that is not understood says nothing. */
  line(text: string): Told
  /** The same of standard error. */
  warning?(text: string): Told
  /** Undefined: it never told how the turn ended. */
  end(timeMs: number): TurnEnd | undefined
  /** The conversation as far as it was told. */
  session(): Session | undefined
}

export type StreamedTurn = {
  readonly argv: readonly string[]
  /** The whole environment. Default: that of the turn. */
  readonly env?: Readonly<Record<string, string>>
  readonly stream: AgentStream
  /** Absent: on standard input, where no list of processes shows it. */
  readonly brief?: 'in argv'
  /** False: the program forgets the conversation. */
  readonly isKept?: boolean
  /** What only the exit tells, when the stream told no end. */
  readonly endOf?: (exit: Exit) => Omit<TurnEnd, 'spent'> | undefined
}

export function streamedAgent(choice: AgentChoice, planned: (turn: AgentTurn) => StreamedTurn): Agent {
  return {
    async turn(turn, processes) {
      const { argv, env = turn.env, stream, brief, isKept = true, endOf } = planned(turn)
      const pass = ({ news, stop }: Told): string | undefined => {
        for (const one of news) if (isKept || one.kind !== 'session') turn.news(one)
        return stop
      }
      const ended = await runTurn({ ...turn, env }, processes, {
        argv,
        silenceMs: choice.silenceMs,
        readsBrief: brief === undefined,
        line: (text) => pass(stream.line(text)),
        warning: (text) => pass(stream.warning?.(text) ?? nothingTold),
      })
      const session = stream.session()
      const kept = isKept && session !== undefined ? { session } : {}
      if ('end' in ended) return { ...ended.end, ...kept }
      const { exit, limit } = ended
      const spent = { timeMs: exit.durationMs }
      const told = stream.end(exit.durationMs)
      // One that has told its end and does not go has ended all the same.
      if (told !== undefined) return isKept ? told : withoutSession(told)
      if (limit !== undefined) return { ...limit, spent, ...kept }
      const more = endOf?.(exit)
      if (more !== undefined) return { spent, ...kept, ...more }
      // The exit code alone proves nothing: without its last event the turn is not over.
      const outcome = exit.kind === 'exited' && exit.code === 0 ? 'protocol' : exit.kind === 'signalled' ? 'killed' : 'crashed'
      return { outcome, why: exitText(exit), spent, ...kept }
    },
  }
}

function withoutSession(told: TurnEnd): TurnEnd {
  const { session, ...end } = told
  return session === undefined ? told : end
}

type Counts = Omit<Spent, 'timeMs'>

/** What belongs to this turn, where the program counts from the beginning of the conversation. */
export function shareOf(told: Counts, before: Counts | undefined): Counts {
  const share: { -readonly [K in keyof Counts]: Counts[K] } = {}
  for (const key of ['turns', 'tokens', 'usd'] as const) {
    const [now, then = 0] = [told[key], before?.[key]]
    // Less than before: it has begun to count anew.
    if (now !== undefined) share[key] = now < then ? now : now - then
  }
  return share
}

/** Those that are known. */
export function countsOf(counts: { readonly turns?: number | undefined; readonly tokens?: number | undefined; readonly usd?: number | undefined }): Counts {
  const { turns, tokens, usd } = counts
  return { ...(turns === undefined ? {} : { turns }), ...(tokens === undefined ? {} : { tokens }), ...(usd === undefined ? {} : { usd }) }
}
