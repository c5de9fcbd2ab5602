/** Runs the program of an agent for one turn: the brief on its standard input, its lines one by one, and its end in the words of a turn. */
import type { AgentTurn, TurnEnd } from '../model/agent.ts'
import { newCancellation } from '../model/cancellation.ts'
import type { Exit, Processes } from '../model/processes.ts'

export type TurnProcess = {
  readonly argv: readonly string[]
  readonly silenceMs: number
  /** A whole line of standard output, without its end. A text ends the program: nothing good can come any more. */
  readonly line: (text: string) => string | undefined
}

/** Longer lines are left out: no event that counts is that long. */
const longestLine = 8 * 1024 * 1024

export type Ended = { readonly end: TurnEnd } | { readonly exit: Exit; readonly stopped: string | undefined }

/** Ends that say all by themselves come back as such; of others the caller knows what was told before. */
export async function runTurn(turn: AgentTurn, processes: Processes, { argv, silenceMs, line }: TurnProcess): Promise<Ended> {
  const own = newCancellation()
  const forget = turn.cancellation.onRequest((reason) => own.request(reason))
  let stopped: string | undefined
  const lines = linesOf((text) => {
    const why = stopped === undefined ? line(text) : undefined
    if (why === undefined) return
    stopped = why
    own.request(why)
  })
  const ran = await processes.run({
    argv,
    cwd: turn.folder,
    env: turn.env,
    timeoutMs: turn.timeoutMs,
    silenceMs,
    tag: turn.tag,
    cancellation: own,
    inputFile: turn.briefFile,
    onOutput: (chunk, from) => {
      turn.output(chunk)
      if (from === 'stdout') lines.add(chunk)
    },
  })
  forget()
  if (!ran.ok) return { end: { outcome: 'missing', why: ran.failure.why ?? ran.failure.what, spent: { timeMs: 0, turns: 0, tokens: 0, usd: 0 } } }
  lines.end()
  const { exit } = ran
  const spent = { timeMs: exit.durationMs }
  if (turn.cancellation.requested) return { end: { outcome: 'cancelled', spent } }
  if (exit.kind === 'timed-out') return { end: { outcome: 'timed-out', why: 'it took longer than it may', spent } }
  if (exit.kind === 'silent') return { end: { outcome: 'stalled', why: 'it said nothing for longer than it may', spent } }
  return { exit, stopped }
}

/** How a program ended of which nothing better is known. */
export function exitText(exit: Exit): string {
  const how = exit.signal === undefined ? `it ended with exit code ${exit.code ?? 'unknown'}` : `it was ended by ${exit.signal}`
  const last = (exit.stderr.trim() || exit.stdout.trim()).split('\n').at(-1)?.trim().slice(0, 300) ?? ''
  return last === '' ? how : `${how}: ${last}`
}

function linesOf(each: (line: string) => void): { add(chunk: Uint8Array): void; end(): void } {
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
