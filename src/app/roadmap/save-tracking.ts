/** Writes the tracking files of the source system into a folder. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { trackingFiles, type TrackingFiles } from '../../config/roadmap/tracking-files.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import { saveText } from '../output.ts'
import type { StandingsHere } from './standings-here.ts'

export type TrackingName = keyof TrackingFiles

/** The names of what was written. */
export async function saveTracking(folder: string, { here, standings }: StandingsHere): Promise<Result<readonly TrackingName[]>> {
  const files = trackingFiles(here.roadmap, [...standings.values()])
  await mkdir(folder, { recursive: true })
  const names = Object.keys(files) as TrackingName[]
  for (const name of names) {
    const failures = await saveText(join(folder, name), files[name])
    if (failures.length > 0) return failed(...failures)
  }
  return ok(names)
}
