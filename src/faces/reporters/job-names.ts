/** Jobs are called by their prompt wherever a person reads of them. */
import type { Plan } from '../../model/plan.ts'
import type { JobAction, TaskId } from '../../model/task.ts'
import { safeLine } from './safe-text.ts'

/** A run of agents, not of checks. */
export const isOfAgents = (plan: Plan): boolean => plan.order.some((id) => plan.tasks.get(id)?.task.action.kind === 'job')

export const jobsOf = (plan: Plan): readonly TaskId[] => plan.order.filter((id) => plan.tasks.get(id)?.task.action.kind === 'job')

/** The job that a task is about: itself, or the one that it lands. */
export function jobOf(plan: Plan, id: TaskId): TaskId {
  const action = plan.tasks.get(id)?.task.action
  return action?.kind === 'land' ? action.job : id
}

export const isLanding = (plan: Plan, id: TaskId): boolean => plan.tasks.get(id)?.task.action.kind === 'land'

export function jobAction(plan: Plan, job: TaskId): JobAction | undefined {
  const action = plan.tasks.get(job)?.task.action
  return action?.kind === 'job' ? action : undefined
}

export const gatesOf = (plan: Plan): readonly TaskId[] => plan.order.filter((id) => isGate(plan, id))

export const isGate = (plan: Plan, id: TaskId): boolean => plan.tasks.get(id)?.task.action.kind === 'stage-gate'

/** Harmless on a terminal. The gate of a stage is called by its stage. */
export function promptName(plan: Plan, id: string): string {
  const action = plan.tasks.get(id as TaskId)?.task.action
  return safeLine(action?.kind === 'stage-gate' ? `the gate of ${action.stage}` : (jobAction(plan, jobOf(plan, id as TaskId))?.prompt.id ?? id))
}

/** Of a task of a run of agents. */
export const rowName = (plan: Plan, id: TaskId): string => (isLanding(plan, id) ? `landing ${promptName(plan, id)}` : promptName(plan, id))
