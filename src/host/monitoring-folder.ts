/** The folder of the monitoring files: each is saved whole, and those of old runs are removed. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { saveAtomic } from './save-atomic.ts'

/** Of so many runs the status and the end are kept. */
const keptRuns = 20

export async function saveMonitoring(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of files) await saveAtomic(join(folder, name), text, 0o644)
}

export async function forgetOldMonitoring(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = (await readdir(folder)).filter((name) => /^orchestration-\d{8}-\d{6}_(?:status|final)\.json$/.test(name))
  const runs = [...new Set(names.map((name) => name.replace(/_\w+\.json$/, '')))].toSorted().toReversed()
  const old = new Set(runs.slice(keptRuns))
  for (const name of names) if (old.has(name.replace(/_\w+\.json$/, ''))) await rm(join(folder, name), { force: true })
}
