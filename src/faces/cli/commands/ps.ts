/** `pawl ps`: how each job of the run of agents stands, of the one that goes on or the last one. Changes nothing and waits for nobody. */
import { jobsHolder, liveRun, lookAtJobs, runsOfJobs } from '../../../app/jobs/jobs-look.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { jobsJson, jobsLines } from '../jobs-lines.ts'
import { say, sayJson, wantsJson } from '../say.ts'
import { withState } from '../with-state.ts'

/** With --all. */
const mostRuns = 20

export async function ps(context: CommandContext): Promise<CommandEnd> {
  return withState(context, (site, { store }) => {
    const live = liveRun(store, jobsHolder(site))
    const records = context.args.flags.has('all') ? runsOfJobs(store, mostRuns) : live === undefined ? runsOfJobs(store, 1) : [live]
    const looks = records.map((record) => lookAtJobs(site, store, record))
    const now = site.clock.now()
    if (wantsJson(context)) sayJson('ps', { runs: looks.map((look) => jobsJson(look, now)) })
    else if (looks.length === 0) say('No run of agents yet. Type: pawl agents run PROMPT…')
    else say(...looks.flatMap((look, i) => [...(i === 0 ? [] : ['']), ...jobsLines(look, now)]))
    return { code: 0 }
  })
}
