/** An Agent drives one coding-agent program: hands a brief over, follows what the program tells, and says how the turn ended. */
import type { Budget, Spent } from './budget.ts'
import type { Cancellation } from './cancellation.ts'
import type { Processes } from './processes.ts'

/**
 * Each kind is one file in `agents/`. `acp`: any program that speaks the Agent Client Protocol on its standard input and output.
 * `command`: any program that reads the brief and edits files.
 */
export const agentKinds = ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'acp', 'command'] as const
export type AgentKind = (typeof agentKinds)[number]

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

/** A conversation that a program keeps, so that a later turn can go on with it. */
export type Session = {
  readonly id: string
  /** What the program has told of the whole conversation until now, where it counts that way: later numbers hold it once more. Absent: nothing yet. */
  readonly told?: Omit<Spent, 'timeMs'>
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
  /** edit: it may read and edit files, nothing else; work: it may run commands in its folder, too. */
  readonly access: 'edit' | 'work'
  /** Goes on with an earlier conversation. Absent: a new one. */
  readonly resume?: Session
  /** The new conversation is to be kept, under this id where the program takes one: it is known then even if the program never tells anything. A UUID. */
  readonly sessionId?: string
  /** Settings of the program that lie in the checkout; absent: none. Unless they are approved of, the program must not read them. Paths relative to the folder. */
  readonly settings?: { readonly paths: readonly string[]; readonly isApproved: boolean }
  /** pawl's own MCP server, where the program can be given one: argv, started by the program itself. */
  readonly tools?: readonly string[]
  readonly tag: string
  readonly cancellation: Cancellation
  /** What the program tells while it works, in one normal form for all programs. */
  news(news: AgentNews): void
  /** Raw output, for the log. */
  output(chunk: Uint8Array | string): void
}

export type AgentNews =
  /** To be kept before anything else is done with the turn. */
  | { readonly kind: 'session'; readonly id: string }
  /** One line about what the agent is doing. */
  | { readonly kind: 'activity'; readonly text: string }
  /** A file that it writes; as the program names it, absolute or relative to the folder. */
  | { readonly kind: 'touched'; readonly path: string }
  /** It wanted what it may not. */
  | { readonly kind: 'denied'; readonly tool: string; readonly why?: string }
  /** The program asks its model again after trouble. */
  | { readonly kind: 'retry'; readonly cause: string; readonly attempt?: number; readonly delayMs?: number }
  /** A quota of the account; `resetsAt` in epoch milliseconds. */
  | { readonly kind: 'limit'; readonly scope: string; readonly resetsAt?: number }

/**
 * ok: the program says that it is done, which proves nothing. budget, turns: it stopped at a limit of money or of turns.
 * auth, quota, overloaded, context, refused: the model would not go on. denied: it wanted what it may not, and stopped.
 * needs-input: it asked a person, and nobody was there. sandbox: its own sandbox could not work.
 * unapproved: it was not started, since it would have read settings of the repository that nobody approved of.
 * timed-out, stalled, killed, crashed, protocol: the program did not end as it should. missing: it could not be started.
 */
export const turnOutcomes = [
  'ok',
  'budget',
  'turns',
  'auth',
  'quota',
  'overloaded',
  'context',
  'refused',
  'denied',
  'needs-input',
  'sandbox',
  'unapproved',
  'timed-out',
  'stalled',
  'killed',
  'crashed',
  'protocol',
  'cancelled',
  'missing',
] as const
export type TurnOutcome = (typeof turnOutcomes)[number]

export type TurnEnd = {
  readonly outcome: TurnOutcome
  /** One line: what the program said about the end. */
  readonly why?: string
  /** The last words of the agent. */
  readonly said?: string
  /** Of this turn alone, also where the program counts from the beginning of the conversation. */
  readonly spent: Spent
  /** For a later turn that goes on from here; absent where the program keeps none. */
  readonly session?: Session
  /** Epoch milliseconds: when a quota is free again, if it was told. */
  readonly resetsAt?: number
}

/** Never rejects: trouble is an outcome. */
export type Agent = {
  turn(turn: AgentTurn, processes: Processes): Promise<TurnEnd>
}
