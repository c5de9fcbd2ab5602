/** Runs the program of an agent for one turn: the brief on its standard input, its lines one by one, and its end in the words of a turn. */
import type { AgentTurn, TurnEnd } from '../model/agent.ts'
import { newCancellation } from '../model/cancellation.ts'
import type { Failure } from '../model/failure.ts'
import type { Exit, Processes } from '../model/processes.ts'

export type TurnProcess = {
  readonly argv: readonly string[]
  readonly silenceMs: number
  /** False: it reads nothing. Default: the brief. Never is its input left open: some programs would wait for the end of it for ever. */
  readonly readsBrief?: boolean
  /** A whole line of standard output, without its end. A text ends the program: nothing good can come any more. */
  readonly line: (text: string) => string | undefined
  /** The same of standard error. */
  readonly warning?: (text: string) => string | undefined
}

/** Longer lines are left out: no event that counts is that long. */
const longestLine = 8 * 1024 * 1024

/** `limit`: it was ended because it took too long, or said nothing for too long. */
export type Ended = { readonly end: TurnEnd } | { readonly exit: Exit; readonly limit?: Pick<TurnEnd, 'outcome' | 'why'> }

/** Ends that say all by themselves come back as such; of others the caller knows what was told before. */
export async function runTurn(turn: AgentTurn, processes: Processes, { argv, silenceMs, readsBrief = true, line, warning }: TurnProcess): Promise<Ended> {
  const own = newCancellation()
  const forget = turn.cancellation.onRequest((reason) => own.request(reason))
  let stopped: string | undefined
  const each = (take: ((text: string) => string | undefined) | undefined) =>
    linesOf((text) => {
      const why = stopped === undefined ? take?.(text) : undefined
      if (why === undefined) return
      stopped = why
      own.request(why)
    })
  const lines = { stdout: each(line), stderr: each(warning) }
  const ran = await processes.run({
    argv,
    cwd: turn.folder,
    env: turn.env,
    timeoutMs: turn.timeoutMs,
    silenceMs,
    tag: turn.tag,
    kept: true,
    cancellation: own,
    ...(readsBrief ? { inputFile: turn.briefFile } : {}),
    onOutput: (chunk, from) => {
      turn.output(chunk)
      lines[from].add(chunk)
    },
  })
  forget()
  if (!ran.ok) return { end: neverStarted(ran.failure) }
  lines.stdout.end()
  lines.stderr.end()
  const { exit } = ran
  if (turn.cancellation.requested) return { end: { outcome: 'cancelled', spent: { timeMs: exit.durationMs } } }
  const limit = limitOf(exit)
  return limit === undefined ? { exit } : { exit, limit }
}

export const neverStarted = ({ why, what }: Failure): TurnEnd => ({ outcome: 'missing', why: why ?? what, spent: { timeMs: 0, turns: 0, tokens: 0, usd: 0 } })

/** Undefined: it ended by itself, or was stopped. */
export function limitOf({ kind }: Exit): Pick<TurnEnd, 'outcome' | 'why'> | undefined {
  if (kind === 'timed-out') return { outcome: 'timed-out', why: 'it took longer than it may' }
  if (kind === 'silent') return { outcome: 'stalled', why: 'it said nothing for longer than it may' }
  return undefined
}

/** How a program ended of which nothing better is known. */
export function exitText(exit: Exit): string {
  const how = exit.signal === undefined ? `it ended with exit code ${exit.code ?? 'unknown'}` : `it was ended by ${exit.signal}`
  const last = (exit.stderr.trim() || exit.stdout.trim()).split('\n').at(-1)?.trim().slice(0, 300) ?? ''
  return last === '' ? how : `${how}: ${last}`
}

export function linesOf(each: (line: string) => void): { add(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder()
  let open = ''
  let isTooLong = false
  const take = (text: string): void => {
    const parts = text.split('\n')
    for (const [i, part] of parts.entries()) {
      if (!isTooLong) open += part
      if (open.length > longestLine) [open, isTooLong] = ['', true]
      if (i === parts.length - 1) return
      if (!isTooLong) each(open)
      ;[open, isTooLong] = ['', false]
    }
  }
  return {
    add: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      take(decoder.decode())
      if (open !== '' && !isTooLong) each(open)
    },
  }
}
