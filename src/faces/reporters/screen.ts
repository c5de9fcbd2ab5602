/** The one place that writes to the terminal. Writes to the descriptor: the first touch of process.stdout costs 16 to 20 ms on Bun. */
import { writeSync } from 'node:fs'
import { isTerminal } from './is-terminal.ts'

export type Screen = {
  /** Never throws when the reader is gone: then it writes nothing more. */
  readonly write: (text: string) => void
  readonly columns: number
  readonly rows: number
  readonly colour: boolean
  /** A person looks at a terminal that can move its cursor. */
  readonly live: boolean
}

/** What flags say; undefined: not said. */
export type ScreenWish = { readonly colour?: boolean; readonly live?: boolean }
type Environment = Readonly<Record<string, string | undefined>>

export function systemScreen(env: Environment, wish: ScreenWish = {}): Screen {
  const terminal = isTerminal(1)
  const write = writerTo((bytes, offset) => writeSync(1, bytes, offset), shortPause)
  const size = terminalSize(env, terminal)
  return {
    ...screenTraits(env, wish, terminal),
    write,
    get columns() {
      return size().columns
    },
    get rows() {
      return size().rows
    },
  }
}

/** Flags first, then NO_COLOR, then FORCE_COLOR, then what the terminal can do. In CI nothing is redrawn. */
export function screenTraits(env: Environment, wish: ScreenWish, terminal: boolean): { readonly colour: boolean; readonly live: boolean } {
  const dumb = env['TERM'] === 'dumb'
  const forced = env['FORCE_COLOR']
  const said = (env['NO_COLOR'] ?? '') !== '' ? false : forced === undefined ? undefined : !['0', 'false'].includes(forced)
  return {
    colour: wish.colour ?? said ?? (terminal && !dumb),
    live: terminal && !dumb && (wish.live ?? ['', '0', 'false'].includes(env['CI'] ?? '')),
  }
}

/** Writes all of a text, waiting while a full pipe says EAGAIN; falls silent for good on EPIPE and when the terminal is gone (EIO). */
export function writerTo(put: (bytes: Uint8Array, offset: number) => number, wait: () => void): (text: string) => void {
  const encoder = new TextEncoder()
  let gone = false
  return (text) => {
    const bytes = gone ? new Uint8Array() : encoder.encode(text)
    for (let done = 0; done < bytes.length && !gone;) {
      try {
        done += put(bytes, done)
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code
        if (code === 'EAGAIN') wait()
        else if (code === 'EPIPE' || code === 'EIO') gone = true
        else throw error
      }
    }
  }
}

/** Runs `tick` again and again until the returned function is called. Does not keep the process alive. */
export type Ticker = (everyMs: number, tick: () => void) => () => void
export const systemTicker: Ticker = (everyMs, tick) => {
  const timer = setInterval(tick, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Calls `last` when the process ends in whatever way JavaScript still sees; returns how to forget it. */
export type AtExit = (last: () => void) => () => void
export const atProcessExit: AtExit = (last) => {
  process.once('exit', last)
  return () => process.off('exit', last)
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4))
export const shortPause = (): void => void Atomics.wait(sleepCell, 0, 0, 5)

/** process.stdout is touched only on a terminal and only when somebody asks. A tty.WriteStream of our own would not notice when the window is resized. */
function terminalSize(env: Environment, terminal: boolean): () => { columns: number; rows: number } {
  return () => {
    const { columns, rows } = terminal ? process.stdout : { columns: 0, rows: 0 }
    return { columns: columns || Number(env['COLUMNS']) || 80, rows: rows || Number(env['LINES']) || 24 }
  }
}
