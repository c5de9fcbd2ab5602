/** Asks a yes-or-no question on the terminal; the live view steps aside meanwhile. */
import { isatty } from 'node:tty'
import type { Views } from './views.ts'

export const canAsk = (): boolean => isatty(0) && isatty(1)

/** Anything but y or yes is a no; so is the end of the input. */
export function questioner(views: () => Views | undefined): (question: string) => Promise<boolean> {
  return async (question) => {
    const { createInterface } = await import('node:readline')
    const resume = views()?.pause()
    const reader = createInterface({ input: process.stdin, output: process.stdout })
    const answer = await new Promise<string>((resolve) => {
      reader.once('close', () => resolve(''))
      reader.question(`${question} [y/N] `, resolve)
    })
    reader.close()
    resume?.()
    return ['y', 'yes'].includes(answer.trim().toLowerCase())
  }
}
