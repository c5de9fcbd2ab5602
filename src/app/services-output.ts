/** What a service prints: kept in memory until the run that needs it has a number, then in the log folder of that run. */
import { attemptLogs, type AttemptLog } from '../host/attempt-logs.ts'
import { saveAtomic } from '../host/save-atomic.ts'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failure } from '../model/failure.ts'

export type ServiceOutput = {
  hear(chunk: Uint8Array): void
  /** Whether it has been printed, at some time. */
  watchFor(text: string): () => boolean
  /** The last lines, for a Failure. */
  tail(): string
  /** From now on into the log of the run, with what was heard before. */
  intoRun(run: number): void
  /** Where there is no run: all that is kept of it, in a file; its path. */
  save(): Promise<string>
  close(): Promise<Failure | undefined>
}

const mostEarly = 4 * 1024 * 1024
const mostTail = 4000
const tailLines = 8

export function serviceOutput(stateFolder: string, name: string): ServiceOutput {
  const early: Uint8Array[] = []
  let earlyBytes = 0
  let log: AttemptLog | undefined
  let last = ''
  const decoder = new TextDecoder()
  const watches: ((text: string) => void)[] = []
  return {
    hear(chunk) {
      const text = decoder.decode(chunk, { stream: true })
      watches.forEach((watch) => watch(text))
      last = (last + text).slice(-mostTail)
      if (log !== undefined) return log.write(chunk)
      if (earlyBytes < mostEarly) early.push(chunk.slice())
      earlyBytes += chunk.byteLength
    },
    watchFor(wanted) {
      let isThere = false
      let end = ''
      watches.push((text) => {
        if (isThere) return
        isThere = (end + text).includes(wanted)
        end = (end + text).slice(-wanted.length)
      })
      return () => isThere
    },
    tail: () => last.trimEnd().split('\n').slice(-tailLines).join('\n'),
    intoRun(run) {
      log = attemptLogs(stateFolder, run).open(`service-${name}`)
      for (const chunk of early.splice(0)) log.write(chunk)
    },
    async save() {
      const folder = join(stateFolder, 'logs')
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, `service-${name}.log`)
      await saveAtomic(path, Buffer.concat(early))
      return path
    },
    close: async () => (await log?.close())?.failure,
  }
}
