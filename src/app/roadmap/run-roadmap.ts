/** Carries out a roadmap: its open tasks as jobs, its groups and phases as stages with gates, on the one engine. */
import { markedRoadmap } from '../../config/roadmap/marked-roadmap.ts'
import type { Result } from '../../model/failure.ts'
import type { CheckOptions } from '../begun.ts'
import { runJobs, type JobsOptions } from '../jobs/run-jobs.ts'
import type { Checked } from '../perform.ts'
import type { Site } from '../site.ts'
import type { PreparedRoadmap } from './prepared-roadmap.ts'

/** `gate`: what of the checks is the gate. */
export function runRoadmap(
  site: Site,
  { prepared, stages, known, here }: PreparedRoadmap,
  options: Omit<CheckOptions, 'request'> & Pick<JobsOptions, 'gate' | 'answering'>,
): Promise<Result<Checked>> {
  const { prompts, forecast, work } = prepared
  const rewritesOf = here.loaded.config.roadmap?.writeStatus === true ? statusRewrites : undefined
  return runJobs(site, { ...options, prompts, forecast, work, stages, known, roadmap: here.roadmap.file, ...(rewritesOf === undefined ? {} : { rewritesOf }) })
}

/** The commit that lands a task says so in the roadmap, in the cell, the box or the key that it has there. */
const statusRewrites: NonNullable<JobsOptions['rewritesOf']> = ({ id, file }) => [
  { path: file, rewritten: (text) => markedRoadmap(text, file, new Map([[id, 'done']])) },
]
