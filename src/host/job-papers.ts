/** The papers of a run of jobs besides those of its agents: what was asked for, and the wish that a job ends. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from './state-trouble.ts'
import { isJobFolder, jobsFolder } from './jobs-folder.ts'
import { saveAtomic } from './save-atomic.ts'

const runFolder = (stateFolder: string, run: number): string => join(jobsFolder(stateFolder), String(run))
const requestFile = (stateFolder: string, run: number): string => join(runFolder(stateFolder, run), 'request.json')
const cancelFile = (stateFolder: string, run: number, job: string): string => join(runFolder(stateFolder, run), job, 'cancel.json')

/** Durable. */
export async function keepRequest(stateFolder: string, run: number, text: string): Promise<void> {
  mkdirSync(runFolder(stateFolder, run), { recursive: true, mode: 0o700 })
  await saveAtomic(requestFile(stateFolder, run), text)
}

/** Undefined: it is not kept, or not any more. */
export function keptRequest(stateFolder: string, run: number): string | undefined {
  return unlessMissing(() => readFileSync(requestFile(stateFolder, run), 'utf8'))
}

/** Final: nothing takes it back. Durable. */
export async function askToCancel(stateFolder: string, run: number, job: string, at: number): Promise<void> {
  mkdirSync(join(runFolder(stateFolder, run), job), { recursive: true, mode: 0o700 })
  await saveAtomic(cancelFile(stateFolder, run, job), JSON.stringify({ at }))
}

export const isToCancel = (stateFolder: string, run: number, job: string): boolean => existsSync(cancelFile(stateFolder, run, job))

/** Absolute paths of the folders of the jobs of a run, by job. */
export function jobFolders(stateFolder: string, run: number): ReadonlyMap<string, string> {
  const folder = runFolder(stateFolder, run)
  const entries = unlessMissing(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return new Map(entries.flatMap((entry) => (entry.isDirectory() && isJobFolder(entry.name) ? [[entry.name, join(folder, entry.name)] as const] : [])))
}

/** When a file was written last, epoch milliseconds. Undefined: it is not there. */
export const writtenLast = (path: string): number | undefined => unlessMissing(() => statSync(path).mtimeMs)

function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}
