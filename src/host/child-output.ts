/** Passes on and captures what a child prints. */
import type { ProcessSpec } from '../model/processes.ts'
import { capturedOutput } from './captured-output.ts'
import type { CapturedOutput } from './captured-output.ts'
import type { Listener } from './child-process.ts'

export type ChildOutput = {
  readonly stdout: CapturedOutput
  readonly stderr: CapturedOutput
  readonly listener: Listener
  /** Says something in the output of the child. */
  note(text: string): void
}

export function childOutput(onOutput: ProcessSpec['onOutput'], captureBytes: number, sawOutput: () => void): ChildOutput {
  const captured = { stdout: capturedOutput(captureBytes), stderr: capturedOutput(captureBytes) }
  const take: Listener['output'] = (chunk, from) => {
    captured[from].add(chunk)
    onOutput?.(chunk, from)
  }
  const note = (text: string): void => take(Buffer.from(`\npawl: ${text}\n`), 'stderr')
  return {
    ...captured,
    note,
    listener: {
      output: (chunk, from) => {
        sawOutput()
        take(chunk, from)
      },
      trouble: (from, error) => note(`the rest of ${from} could not be read: ${error.message}`),
    },
  }
}
