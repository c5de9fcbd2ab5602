/** The logs of a run of agents: what the agent of a job printed last, or is printing now. */
import { followJob, followRun } from '../../../app/jobs/follow.ts'
import { jobsHolder, liveRun, lookAtJobs, runsOfJobs } from '../../../app/jobs/jobs-look.ts'
import { textOfAttempt } from '../../../app/output.ts'
import type { Site } from '../../../app/site.ts'
import type { State } from '../../../app/state.ts'
import { jobOf } from '../../../model/job-table.ts'
import type { RunRecord, Store } from '../../../model/store.ts'
import { taskId } from '../../../model/task.ts'
import { safeBlock } from '../../reporters/safe-text.ts'
import { systemScreen } from '../../reporters/screen.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { lastRunHere } from '../last-run.ts'
import { say, sayJson, wantsJson } from '../say.ts'

type Asked = { readonly number: number | undefined; readonly name: string | undefined }

/** Undefined: it is not about a run of agents. */
export async function jobLogs(context: CommandContext, site: Site, state: State, { number, name }: Asked): Promise<CommandEnd | undefined> {
  const isFollowed = context.args.flags.has('follow')
  const record = runOf(site, state.store, number)
  if (record === undefined) return undefined
  if (name === undefined)
    return isFollowed && (number !== undefined || liveRun(state.store, jobsHolder(site)) !== undefined) ? followed(context, site, state, record) : undefined
  const { table } = lookAtJobs(site, state.store, record)
  const job = jobOf(taskId(name)) ?? name
  const row = table.rows.get(job)
  // A check of this name was meant, where there is one.
  if (row === undefined || (number === undefined && name === job && hasCheck(state.store, site.root, name))) return undefined
  if (isFollowed) return followed(context, site, state, record, job)
  const text = row.attempt === undefined ? undefined : await textOfAttempt(site, record.number, row.attempt)
  if (text === undefined)
    return {
      failures: [
        {
          type: 'run.unknown',
          what: `run ${record.number} holds no output of ${job}`,
          why: 'its agent has printed nothing, or it is not kept any more',
          hint: 'pawl ps tells how it stands.',
        },
      ],
    }
  if (wantsJson(context)) sayJson('log', { run: record.number, job, attempt: row.attempt, text })
  else say(safeBlock(text).replace(/\n$/, ''))
  return { code: 0 }
}

function runOf(site: Site, store: Store, number: number | undefined): RunRecord | undefined {
  const runs = runsOfJobs(store, Number.MAX_SAFE_INTEGER)
  if (number !== undefined) return runs.find((run) => run.number === number)
  return liveRun(store, jobsHolder(site)) ?? runs[0]
}

function hasCheck(store: Store, root: string, name: string): boolean {
  const last = lastRunHere(store, root)
  return last !== undefined && store.events(last.number).some((event) => event.type === 'run.started' && event.plan.tasks.some(({ id }) => id === name))
}

/** Whole lines are shown, for half of one may be half of a character. What stands at the end without an end is shown then. */
async function followed({ env }: CommandContext, site: Site, { store }: State, { number }: RunRecord, job?: string): Promise<CommandEnd> {
  const screen = systemScreen(env)
  const decoder = new TextDecoder()
  let open = ''
  const show = (bytes: Uint8Array): void => {
    const text = open + decoder.decode(bytes, { stream: true })
    const end = text.lastIndexOf('\n') + 1
    open = text.slice(end)
    if (end > 0) screen.write(safeBlock(text.slice(0, end)))
  }
  await (job === undefined ? followRun(site, store, number, show) : followJob(site, store, { run: number, job }, show))
  open += decoder.decode()
  if (open !== '') screen.write(`${safeBlock(open)}\n`)
  return { code: 0 }
}
