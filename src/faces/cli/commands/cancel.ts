/** `pawl cancel JOB…|--all`: ends jobs of the run of agents that is going on, or the whole run. Final: a cancelled job stays so. */
import { cancelAll, cancelSome } from '../../../app/jobs/cancel-jobs.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'
import { withState } from '../with-state.ts'

export async function cancel(context: CommandContext): Promise<CommandEnd> {
  const { words, flags } = context.args
  if (flags.has('all') === words.length > 0)
    return { failures: [{ type: 'args.conflict', what: 'pawl cancel needs names of jobs or --all, and not both', hint: 'pawl ps shows the jobs.' }] }
  return withState(context, async (site, { store }) => {
    if (flags.has('all')) {
      const ended = await cancelAll(site, store)
      if (!ended.ok) return ended
      const { run, pid, isEnding } = ended.value
      if (wantsJson(context)) sayJson('cancel', { run, pid, ending: isEnding })
      else say(isEnding ? `Run ${run} (process ${pid}) was asked to end and has not ended yet.` : `Run ${run} (process ${pid}) has ended.`)
      return { code: isEnding ? 1 : 0 }
    }
    const ended = await cancelSome(site, store, words)
    if (!ended.ok) return ended
    if (wantsJson(context)) sayJson('cancel', { jobs: ended.value.map(({ job, status, isEnding }) => ({ job, state: status, ending: isEnding })) })
    else say(...columns(ended.value.map(({ job, status, isEnding }) => [job, isEnding ? `${status}, asked to end and has not ended yet` : status])))
    return { code: ended.value.every(({ status }) => status === 'cancelled') ? 0 : 1 }
  })
}
