/** What became of each prompt, as plain data for the program that asked for it. */
import type { Checked } from '../../app/perform.ts'
import type { Spent } from '../../model/budget.ts'
import type { Held } from '../../model/job.ts'
import type { Prompt } from '../../model/prompt.ts'
import type { Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'

/**
 * landed: it is on the branch. unchanged: the agent said why nothing had to be changed. held: it is a commit that did not land.
 * failed: it never passed its gate. unfinished: it did not end, or never began.
 */
export type JobEnding = 'landed' | 'unchanged' | 'held' | 'failed' | 'unfinished'

export type JobReport = {
  /** Of the prompt. */
  readonly id: string
  readonly title: string
  readonly ending: JobEnding
  /** The one that the agent worked on; kept where it did not land. */
  readonly branch?: string
  readonly commit?: string
  /** The branch that it landed on, and the merge commit there. */
  readonly landed?: { readonly onto: string; readonly commit: string }
  readonly held?: Held
  readonly agent?: string
  readonly turns: number
  /** What nobody told is absent. */
  readonly spent: Spent
  /** How many files the commit changes. */
  readonly files: number
  readonly why?: string
}

export const jobsOf = (prompts: readonly Prompt[], { result }: Checked): readonly JobReport[] => prompts.map((prompt) => jobReport(prompt, result))

function jobReport({ id, title }: Prompt, result: Run): JobReport {
  const work = `work:${id}` as TaskId
  const state = result.jobs.get(work)
  const settled = result.settled.get(work)
  const ending = endingOf(state, settled?.kind)
  const why =
    state?.held?.why ?? state?.unchanged ?? (settled?.kind === 'failed' ? settled.summary : settled?.kind === 'errored' ? settled.failure.what : undefined)
  return {
    id,
    title,
    ending,
    ...(state?.lease === undefined ? {} : { branch: state.lease.branch }),
    ...(state?.commit === undefined ? {} : { commit: state.commit.commit }),
    ...(state?.landed === undefined ? {} : { landed: { onto: state.landed.onto, commit: state.landed.commit } }),
    ...(state?.held === undefined ? {} : { held: state.held }),
    ...(state?.agent === undefined ? {} : { agent: state.agent }),
    turns: state?.turns ?? 0,
    spent: state?.spent ?? { timeMs: 0 },
    files: state?.commit?.files ?? 0,
    ...(ending === 'landed' || why === undefined ? {} : { why }),
  }
}

function endingOf(state: ReturnType<Run['jobs']['get']>, settled: string | undefined): JobEnding {
  if (state?.landed !== undefined) return 'landed'
  if (state?.held !== undefined) return 'held'
  if (state?.unchanged !== undefined && state.commit === undefined) return 'unchanged'
  return settled === undefined || settled === 'cancelled' || settled === 'blocked' || settled === 'skipped'
    ? 'unfinished'
    : settled === 'passed'
      ? 'unfinished'
      : 'failed'
}
