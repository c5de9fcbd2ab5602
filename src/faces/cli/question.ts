/** Asks yes-or-no questions on the terminal, one at a time; what the view has to say meanwhile waits. */
import { isatty } from 'node:tty'
import type { Cancellation } from '../../model/cancellation.ts'
import { safeLines } from '../reporters/safe-text.ts'

export const canAsk = (): boolean => isatty(0) && isatty(1)

export type Asking = {
  /** Keeps other text off the question; the returned function lets it go on. */
  readonly pause?: () => () => void
  /** Ends a question that stands, and all that would follow, with no. */
  readonly cancellation?: Cancellation
}

/** Anything but y or yes is a no; so is the end of the input. */
export function questioner({ pause, cancellation }: Asking): (question: string) => Promise<boolean> {
  let last: Promise<unknown> = Promise.resolve()
  return (question) => {
    const answer = last.then(async () => {
      if (cancellation?.requested === true) return false
      const resume = pause?.()
      const text = await read(question, cancellation)
      resume?.()
      return ['y', 'yes'].includes(text.trim().toLowerCase())
    })
    // Two fixes may ask at once; the terminal has one keyboard.
    last = answer.catch(() => undefined)
    return answer
  }
}

async function read(question: string, cancellation: Cancellation | undefined): Promise<string> {
  const { createInterface } = await import('node:readline')
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  const forget = cancellation?.onRequest(() => reader.close())
  return new Promise<string>((resolve) => {
    let answer: string | undefined
    // While a line is read the terminal does not turn Ctrl-C into a signal.
    reader.once('SIGINT', () => {
      // Heard at once where somebody listens, so that the answer is not taken for a mere no.
      const heard = process.emit('SIGINT', 'SIGINT')
      reader.close()
      if (!heard) process.kill(process.pid, 'SIGINT')
    })
    reader.once('close', () => {
      forget?.()
      // Nobody pressed Enter: what follows begins a line of its own.
      if (answer === undefined) process.stdout.write('\n')
      resolve(answer ?? '')
    })
    reader.question(`${safeLines(question).join('\n')} [y/N] `, (text) => {
      answer = text
      reader.close()
    })
  })
}
