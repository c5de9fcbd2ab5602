/** `pawl logs [RUN] [CHECK|JOB] [-f]`: the log of a run, or what a check or an agent printed; of a reused result, what it printed when it was proven. */
import { outputOf, readRunLog } from '../../../app/output.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { readState, type State } from '../../../app/state.ts'
import type { Failure } from '../../../model/failure.ts'
import type { Store } from '../../../model/store.ts'
import { nearest } from '../../../model/suggestion.ts'
import { taskId } from '../../../model/task.ts'
import { safeBlock } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { lastRunHere } from '../last-run.ts'
import { say, sayJson, wantsJson } from '../say.ts'

export async function logs(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const state = await readState(site.value)
  if (!state.ok) return state
  try {
    return await shown(context, site.value, state.value)
  } finally {
    state.value.close()
  }
}

async function shown(context: CommandContext, site: Site, state: State): Promise<CommandEnd> {
  const [first, second] = context.args.words
  const number = first !== undefined && /^\d+$/.test(first) ? Number(first) : undefined
  const task = number === undefined ? first : second
  if (number === undefined && second !== undefined)
    return { failures: [{ type: 'args.bad-value', what: `'${first}' is not the number of a run`, hint: 'Usage: pawl logs [RUN] [CHECK|JOB]' }] }
  const { jobLogs } = await import('./job-logs.ts')
  const ofJobs = await jobLogs(context, site, state, { number, name: task })
  if (ofJobs !== undefined) return ofJobs
  const record = number === undefined ? lastRunHere(state.store, site.root) : state.store.runs(Number.MAX_SAFE_INTEGER).find((run) => run.number === number)
  if (record === undefined) return { failures: [unknownRun(number)] }
  const text = task === undefined ? await readRunLog(site, record.number) : await outputOf(site, state, record.number, taskId(task))
  if (text === undefined) return { failures: [task === undefined ? noLog(record.number) : noOutput(state.store, record.number, task)] }
  if (wantsJson(context)) sayJson('log', { run: record.number, ...(task === undefined ? {} : { task }), text })
  else say(safeBlock(text).replace(/\n$/, ''))
  return { code: 0 }
}

const unknownRun = (number: number | undefined): Failure =>
  number === undefined
    ? { type: 'run.unknown', what: 'there is no run of this checkout yet', hint: 'pawl starts the first one.' }
    : { type: 'run.unknown', what: `there is no run ${number}`, hint: 'pawl history lists them.' }

const noLog = (run: number): Failure => ({
  type: 'run.unknown',
  what: `the log of run ${run} is not kept any more`,
  why: 'the logs of the last 20 runs are kept',
  hint: 'pawl history lists the runs.',
})

/** A name that the run did not know is a slip of the pen. */
function noOutput(store: Store, run: number, task: string): Failure {
  const known = store
    .events(run)
    .flatMap((event) => (event.type === 'run.started' ? [...event.plan.tasks.map(({ id }) => id), ...event.plan.skips.map((skip) => skip.task)] : []))
  if (known.length > 0 && !known.some((id) => id === task)) {
    const meant = nearest(task, known)
    return {
      type: 'plan.no-match',
      what: `run ${run} had no check '${task}'`,
      hint: meant === undefined ? `It had: ${known.slice(0, 20).join(', ')}` : `Did you mean '${meant}'?`,
    }
  }
  return {
    type: 'run.unknown',
    what: `run ${run} holds no output of '${task}'`,
    why: 'it printed nothing, did not run, or its output is not kept any more',
    hint: 'pawl history lists the runs; pawl logs RUN shows what ran in one.',
  }
}
