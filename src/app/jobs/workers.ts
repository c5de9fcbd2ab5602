/** What does the work of a run of agents: the jobs, the landing of what they made, and the gates at the ends of its parts. */
import { workTask } from '../../config/job-tasks.ts'
import type { Work } from '../../config/work.ts'
import { jobExecutor } from '../../executors/jobs/job.ts'
import { stageGateExecutor } from '../../executors/jobs/stage-gate.ts'
import { landExecutor } from '../../executors/jobs/land-job.ts'
import { Bug } from '../../model/failure.ts'
import type { Rewrite } from '../../model/landing.ts'
import type { Plan } from '../../model/plan.ts'
import type { AskedTask, Prompt } from '../../model/prompt.ts'
import type { Performance } from '../perform.ts'
import { cancellable, cancelledJobs, unlessCancelled } from './job-cancellation.ts'
import { jobWorld, type JobParts } from './job-world.ts'
import type { LandingBranch } from './landing-branch.ts'
import { landTogether } from './landing-world.ts'
import { resolveConflict } from './resolve-conflict.ts'
import { stageGateWorld } from './stage-gate-world.ts'

export type AskedWork = {
  readonly prompts: readonly Prompt[]
  readonly work: Work
  /** What the commit that lands a task of a roadmap writes besides. */
  readonly rewritesOf?: (task: AskedTask) => readonly Rewrite[]
}

export function workers(parts: JobParts, { prompts, work, rewritesOf }: AskedWork, plan: Plan, { name }: LandingBranch): NonNullable<Performance['work']> {
  const { site, gate } = parts
  const world = jobWorld(parts)
  const isCancelled = cancelledJobs(site, parts.run)
  const landing = { site, gate, onto: name, isNamed: work.onto !== undefined, watchfulness: parts.watchfulness }
  const land = landExecutor({
    clock: site.clock,
    get order() {
      return plan.order.filter((id) => plan.tasks.get(id)?.task.action.kind === 'job' && !isCancelled(id))
    },
    candidateOf(job, { commit }) {
      if (commit === undefined) throw new Bug(`${job} has nothing to land`)
      const prompt = prompts.find(({ id }) => workTask(id) === job)
      const asked = prompt?.asked
      const rewrites = asked === undefined ? [] : (rewritesOf?.(asked) ?? [])
      // Read back as a hint where the journal is gone.
      const trailer = asked === undefined ? '' : `\nPawl-Task: ${asked.id} ${asked.title}\n`
      const message = `Merge "${prompt?.title ?? job}" into ${name}\n${trailer}`
      return { id: job, commit: commit.commit, message, ...(rewrites.length === 0 ? {} : { rewrites }) }
    },
    land: (candidates, context) => landTogether(landing, candidates, context),
    resolve: (job, held, context) => resolveConflict({ ...parts, onto: name }, { world, plan }, job, held, context),
  })
  const stageGate = stageGateExecutor(stageGateWorld(landing, world))
  return { job: cancellable(jobExecutor(world), isCancelled), land: unlessCancelled(land, isCancelled), stageGate }
}
