/** What a check printed: from the logs of its run, or from the cache when its result was reused. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { attemptLogs, runLog } from '../host/attempt-logs.ts'
import { saveAtomic } from '../host/save-atomic.ts'
import { endingsIn, type AttemptId } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import type { TaskId } from '../model/task.ts'
import type { Site } from './site.ts'
import type { State } from './state.ts'
import { messageOf } from '../model/thrown.ts'

/** The line log of a run. */
export const openRunLog = (site: Site, run: number): ReturnType<typeof runLog> => runLog(site.stateFolder, run)

export async function readRunLog(site: Site, run: number): Promise<string | undefined> {
  const { path } = runLog(site.stateFolder, run)
  return existsSync(path) ? readFile(path, 'utf8') : undefined
}

/** Writes a document that the user asked for. */
export async function saveText(path: string, text: string): Promise<readonly Failure[]> {
  try {
    await saveAtomic(path, text, 0o644)
    return []
  } catch (error) {
    return [{ type: 'store.unusable', what: `cannot write ${path}`, why: messageOf(error), kept: 'the run itself is recorded' }]
  }
}

/** What one attempt printed until now. Undefined: nothing. */
export async function textOfAttempt({ stateFolder }: Site, run: number, attempt: AttemptId): Promise<string | undefined> {
  const bytes = await attemptLogs(stateFolder, run).read(attempt)
  return bytes === undefined || bytes.length === 0 ? undefined : new TextDecoder().decode(bytes)
}

/** The text of the newest attempt of a task in a run that printed something. Undefined when there is none. */
export async function outputOf(site: Site, state: State, run: number, task: TaskId): Promise<string | undefined> {
  const logs = attemptLogs(site.stateFolder, run)
  const ended = state.store
    .events(run)
    .flatMap(endingsIn)
    .filter((event) => event.task === task)
  for (const event of ended.reverse()) {
    const bytes = await logs.read(event.attempt)
    if (bytes !== undefined && bytes.length > 0) return new TextDecoder().decode(bytes)
    if (event.outcome.kind === 'cached') return provenOutput(state, task)
  }
  return undefined
}

async function provenOutput(state: State, task: TaskId): Promise<string | undefined> {
  const proof = await state.cache.latest(task)
  const bytes = proof?.log === undefined ? undefined : await state.cache.readBlob(proof.log)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}
