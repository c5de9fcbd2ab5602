/** Ctrl-C and other signals: the first asks the run to stop, the second ends its processes at once, the third leaves. */
import type { Site } from '../../app/site.ts'
import type { CancellationSource } from '../../model/cancellation.ts'
import { exitCodes, otherExitCodes } from '../../model/verdict.ts'

const codes = { SIGINT: exitCodes.cancelled, SIGTERM: otherExitCodes.terminated, SIGHUP: otherExitCodes.hangup } as const
/** Faster than anybody presses a key twice. */
const echoMs = 50

type Caught = keyof typeof codes

export type Signals = { caught(): Caught | undefined; exitCode(): number; release(): void }

export function catchSignals(cancellation: CancellationSource, site: Site): Signals {
  let first: Caught | undefined
  let count = 0
  let last: { readonly signal: Caught; readonly atMs: number } | undefined
  const onSignal = (signal: Caught): void => {
    const atMs = performance.now()
    // npm and our own launcher pass on what the terminal has already sent to the whole group: that is one wish, not two.
    const echo = last?.signal === signal && atMs - last.atMs < echoMs
    last = { signal, atMs }
    if (echo) return
    count += 1
    first ??= signal
    if (count === 1) cancellation.request(signal)
    // The run goes on to its end by itself: it waits for the processes that die now.
    else if (count === 2) site.processes.killAll()
    else leave(codes[first])
  }
  const listeners = (Object.keys(codes) as Caught[]).map((signal) => [signal, () => onSignal(signal)] as const)
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return {
    caught: () => first,
    exitCode: () => codes[first ?? 'SIGINT'],
    release: () => {
      for (const [signal, listener] of listeners) process.off(signal, listener)
    },
  }
}

/** Said last, below what the view clears away when the process exits. */
function leave(code: number): never {
  process.once('exit', () => console.error('pawl: left at once; the next run closes the record of this one'))
  process.exit(code)
}
