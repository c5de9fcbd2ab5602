/** `pawl retry [JOB…]`, `pawl agents resume`: a further run of what has not landed of the last one, from what the state keeps of it. */
import { retryOf } from '../../../app/jobs/retry-jobs.ts'
import { runJobs } from '../../../app/jobs/run-jobs.ts'
import type { CheckOptions } from '../../../app/begun.ts'
import type { Checked } from '../../../app/perform.ts'
import type { Site } from '../../../app/site.ts'
import { readState } from '../../../app/state.ts'
import type { Result } from '../../../model/failure.ts'
import { answering } from '../../mcp/answering.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { withMonitoring } from '../job-reporters.ts'
import { tellNotes } from '../tell-notes.ts'

export const retry = (context: CommandContext): Promise<CommandEnd> => again(context, context.args.words)

/** `jobs`: their names; none: all that are not done. */
export async function again(context: CommandContext, jobs: readonly string[]): Promise<CommandEnd> {
  const { wholeRun } = await import('./whole-run.ts')
  return wholeRun(context, {}, { how: (site, options) => retried(context, site, jobs, options) })
}

async function retried(context: CommandContext, site: Site, jobs: readonly string[], options: CheckOptions): Promise<Result<Checked>> {
  const state = await readState(site)
  if (!state.ok) return state
  const retry = await retryOf(site, state.value.store, { jobs, isFresh: context.args.flags.has('fresh') })
  state.value.close()
  if (!retry.ok) return retry
  const { notes, work, ...rest } = retry.value
  tellNotes(context, notes)
  return runJobs(site, { ...options, ...rest, answering, work, reporters: withMonitoring(site, work.monitoring, options.reporters) })
}
