/** One warm worker: a process that is asked one thing at a time, and its answers told apart from what it prints besides. */
import { newCancellation } from '../model/cancellation.ts'
import type { Exit, Processes } from '../model/processes.ts'
import { parsedJson } from '../model/json.ts'

/** What a worker says of one call. */
export type WorkerAnswer = {
  readonly id: number
  readonly code?: number
  readonly stdout?: string
  readonly stderr?: string
  readonly cpuMs?: number
  /** Resident memory after the call. */
  readonly bytes?: number
  /** It did the call, or not, and must not be asked again: why. */
  readonly spent?: string
  /** A module of its own that has changed: it did nothing. */
  readonly stale?: string
  /** It did nothing that could be believed: why. */
  readonly refused?: string
}

/** Besides the answer: what came past it, from programs that the tool has started, or past the streams of the process. */
export type Asked = { readonly answer: WorkerAnswer; readonly stdout: string; readonly stderr: string } | { readonly ended: string }

export type WarmWorker = {
  /** One call at a time. */
  ask(request: { readonly program: string; readonly words: readonly string[] }): Promise<Asked>
  readonly isLive: () => boolean
  /** Resolves when nothing of it is left. */
  end(): Promise<void>
}

export type WorkerStart = {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly tag: string
  /** Stands in front of each answer; nobody else knows it. */
  readonly mark: string
}

export function warmWorker(processes: Processes, { mark, ...start }: WorkerStart): WarmWorker {
  const cancellation = newCancellation()
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  let heard = { stdout: '', stderr: '' }
  let say: ((text: string) => void) | undefined
  let unsaid = ''
  let waiting: ((asked: Asked) => void) | undefined
  let end: string | undefined
  let number = 0

  const settle = (asked: Asked): void => {
    const answered = waiting
    waiting = undefined
    heard = { stdout: '', stderr: '' }
    answered?.(asked)
  }
  const listen = (chunk: Uint8Array, from: 'stdout' | 'stderr'): void => {
    heard[from] += decoders[from].decode(chunk, { stream: true })
    const at = heard.stdout.indexOf(mark)
    const endAt = at < 0 ? -1 : heard.stdout.indexOf('\n', at)
    if (endAt < 0) return
    const answer = answerIn(heard.stdout.slice(at + mark.length, endAt))
    const past = { stdout: heard.stdout.slice(0, Math.max(0, at - 1)), stderr: heard.stderr }
    if (answer?.id === number) settle({ answer, ...past })
    else heard = { stdout: heard.stdout.slice(endAt + 1), stderr: heard.stderr }
  }
  const live = async (): Promise<void> => {
    const talk = (speak: (text: string) => void): void => {
      say = speak
      if (unsaid !== '') speak(unsaid)
    }
    const result = await processes.run({ ...start, timeoutMs: Number.POSITIVE_INFINITY, cancellation, talk, onOutput: listen })
    end = result.ok ? endText(result.exit) : result.failure.what
    settle({ ended: end })
  }
  const ended = live()
  return {
    isLive: () => end === undefined && !cancellation.requested,
    ask(request) {
      if (end !== undefined) return Promise.resolve({ ended: end })
      number += 1
      heard = { stdout: '', stderr: '' }
      const line = `${JSON.stringify({ id: number, ...request })}\n`
      const { promise, resolve } = Promise.withResolvers<Asked>()
      waiting = resolve
      if (say === undefined) unsaid += line
      else say(line)
      return promise
    },
    end() {
      cancellation.request('it is not needed any more')
      return ended
    },
  }
}

const endText = ({ signal, code }: Exit): string => signal ?? `exit code ${code ?? 'unknown'}`

/** Undefined when it is none: what only looks like the mark. */
function answerIn(text: string): WorkerAnswer | undefined {
  const value = parsedJson(text)
  return isAnswer(value) ? value : undefined
}

const isAnswer = (value: unknown): value is WorkerAnswer => typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number'
