/** Where the papers of jobs lie: briefs, what agents declared, the prompts as they were. One folder for each job, below that of its run. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

export const jobsFolder = (stateFolder: string): string => join(stateFolder, 'jobs')

/** Absolute; it is there afterwards, for this user alone. */
export async function jobFolder(stateFolder: string, run: number, job: string): Promise<string> {
  const folder = join(jobsFolder(stateFolder), String(run), job)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** The name is that of a job; else it is a home, or a door, of one, in which its agent can put anything. */
export const isJobFolder = (name: string): boolean => !name.includes('.')

/** Empties it: what a program has left there is nothing to the next one. */
export async function freshFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Of so many runs the papers are kept. */
const keptRuns = 20

/** `live`: runs that must not be touched. */
export async function forgetOldJobs(stateFolder: string, live: readonly number[]): Promise<void> {
  await mkdir(jobsFolder(stateFolder), { recursive: true, mode: 0o700 })
  const names = await readdir(jobsFolder(stateFolder))
  const runs = names.flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])).toSorted((a, b) => b - a)
  for (const run of runs.slice(keptRuns)) if (!live.includes(run)) await rm(join(jobsFolder(stateFolder), String(run)), { recursive: true, force: true })
}
