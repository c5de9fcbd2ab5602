/** An Agent drives one coding-agent program: hands a brief over, follows what the program tells, and says how the turn ended. */
import type { Budget, Spent } from './budget.ts'
import type { Cancellation } from './cancellation.ts'
import type { Processes } from './processes.ts'

/** Each kind is one file in `agents/`. `command`: any program that reads the brief and edits files. */
export type AgentKind = 'claude' | 'command'

/** Which program, and how it is started. Plain data. */
export type AgentChoice = {
  readonly name: string
  readonly kind: AgentKind
  readonly argv: readonly string[]
  readonly model?: string
  /** Names of variables of the user's environment that the program gets besides those of every child; "*" at the end matches a prefix. */
  readonly env: readonly string[]
  /** Longest time without any output before it counts as hung. */
  readonly silenceMs: number
}

export type AgentTurn = {
  /** What is to be done. */
  readonly brief: string
  /** Absolute path of a file that holds the brief. */
  readonly briefFile: string
  /** Absolute path of the isolated checkout; the only place where the agent may write. */
  readonly folder: string
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** What is left; where the program knows such a limit it is told. */
  readonly budget: Budget
  readonly tag: string
  readonly cancellation: Cancellation
  /** One line about what the agent is doing. */
  activity(text: string): void
  /** Raw output, for the log. */
  output(chunk: Uint8Array | string): void
}

/**
 * ok: the program says that it is done, which proves nothing. limit: it stopped at a limit of turns or money.
 * auth, quota, overloaded, context, refused: the model would not go on. denied: it wanted what it may not.
 * timed-out, stalled, crashed, protocol: the program did not end as it should. missing: it could not be started.
 */
export type TurnOutcome =
  | 'ok'
  | 'limit'
  | 'auth'
  | 'quota'
  | 'overloaded'
  | 'context'
  | 'refused'
  | 'denied'
  | 'timed-out'
  | 'stalled'
  | 'crashed'
  | 'protocol'
  | 'cancelled'
  | 'missing'

export type TurnEnd = {
  readonly outcome: TurnOutcome
  /** One line: what the program said about the end. */
  readonly why?: string
  /** The last words of the agent. */
  readonly said?: string
  readonly spent: Spent
  /** Epoch milliseconds: when a quota is free again, if it was told. */
  readonly resetsAt?: number
}

/** Never rejects: trouble is an outcome. */
export type Agent = {
  turn(turn: AgentTurn, processes: Processes): Promise<TurnEnd>
}
