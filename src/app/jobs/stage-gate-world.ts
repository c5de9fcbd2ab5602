/** What the gate of a stage needs of the world: the branch as it is, and an agent that mends what does not pass. */
import { workTask } from '../../config/job-tasks.ts'
import { jobExecutor } from '../../executors/jobs/job.ts'
import type { JobWorld } from '../../executors/jobs/job-world.ts'
import { foundIn, redIn, type RedTask } from '../../executors/jobs/red.ts'
import type { StageGateWorld } from '../../executors/jobs/stage-gate.ts'
import { commitOf } from '../../host/changed-files.ts'
import { blankTask } from '../../model/blank-task.ts'
import type { AttemptContext } from '../../model/executor.ts'
import { ok } from '../../model/failure.ts'
import { newJob } from '../../model/job-state.ts'
import type { Prompt } from '../../model/prompt.ts'
import { reproduceText } from '../../model/reproduce.ts'
import type { JobAction, StageGateAction, Task } from '../../model/task.ts'
import { stageOfGate } from '../../model/work-stage.ts'
import { namedIn } from './gate.ts'
import { landTogether, type LandingParts } from './landing-world.ts'
import { repositoryOf } from './repository-of.ts'

export function stageGateWorld(parts: LandingParts, world: JobWorld): StageGateWorld {
  const { site, gate, onto } = parts
  return {
    clock: site.clock,
    async judge({ action }, context) {
      const only = namedIn(gate.planned, action.checks)
      if (!only.ok) return only
      const commit = await commitOf(repositoryOf(site), `refs/heads/${onto}`)
      if (!commit.ok) return commit
      const answer = await gate.judgeCommit(commit.value, context, only.value === undefined ? {} : { only: only.value })
      if (!answer.ok) return answer
      const { settled, ran, known } = answer.value
      const checks = [...settled].flatMap(([check, one]) =>
        gate.planned.plan.tasks.get(check)?.task.role === 'check'
          ? [{ check, ending: one.kind === 'refused' ? ('skipped' as const) : one.kind, findings: 'findings' in one ? one.findings.length : 0 }]
          : [],
      )
      return ok({ commit: commit.value, checks, red: redIn(gate.planned.plan, settled), ran: ran.length, known: known.length })
    },
    async mend(stage, red, context) {
      const job = mendJob(stage, red, world.fence())
      if (job === undefined) return 'nobody was named who could mend it'
      context.work?.note(`${job.action.agent.name} is asked to mend ${red.map(({ task }) => task.id).join(', ')}`)
      const ended = await jobExecutor(world).perform(job, context)
      if (ended.kind !== 'passed') return `the work of ${job.action.agent.name} on it ended as '${ended.kind}'${'summary' in ended ? `: ${ended.summary}` : ''}`
      return landed(parts, job, context)
    },
  }
}

async function landed(parts: LandingParts, job: Task & { readonly action: JobAction }, context: AttemptContext): Promise<string | undefined> {
  const state = context.work?.jobs.get(job.id) ?? newJob
  if (state.commit === undefined) return 'its agent says that nothing has to be changed'
  const candidate = { id: job.id, commit: state.commit.commit, message: `Merge "${job.action.prompt.title}" into ${parts.onto}\n` }
  const landing = await landTogether(parts, [candidate], context)
  if (!landing.ok) return landing.failures[0]?.what ?? 'it could not be landed'
  for (const { commit } of landing.value.landed) context.work?.advance(job.id, { kind: 'landed', commit, onto: parts.onto })
  const [held] = landing.value.held
  if (held === undefined) return undefined
  context.work?.advance(job.id, { kind: 'held', held: held.held })
  return held.held.why
}

/** Undefined when the stage names nobody. */
function mendJob({ id, action, timeoutMs, reason }: Task & { readonly action: StageGateAction }, red: readonly RedTask[], fence: string) {
  const { mender, stage, onto, checks } = action
  if (mender === undefined) return undefined
  const name = `mend-${stageOfGate(id)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')}`
  const prompt: Prompt = {
    id: name,
    title: `Mend what does not pass after ${stage}`,
    text: [
      `All work of ${stage} has landed on ${onto}, each piece on its own or together with others. The branch as a whole does not pass its checks now.`,
      'Find out which pieces do not fit together, and mend the causes.',
      '',
      foundIn(red, reproduceText, fence),
    ].join('\n'),
    dependsOn: [],
    priority: 0,
    ...(checks === undefined ? {} : { checks }),
    place: { file: reason },
  }
  const job: JobAction = { kind: 'job', prompt, ...mender, onto }
  return { ...blankTask, id: workTask(name), role: 'work' as const, stage, action: job, timeoutMs, reason }
}
