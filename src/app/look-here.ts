/** Looks at one check for the agent that works in the checkout: what it is, and whether it would run now. Nothing is done. */
import type { Preview } from '../engine/attempt.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Plan, Skip } from '../model/plan.ts'
import { nearest } from '../model/suggestion.ts'
import { taskId, type Task } from '../model/task.ts'
import { outputOf } from './output.ts'
import { planFor } from './planned.ts'
import { previewsOf } from './previews.ts'
import { redactionOf } from './redacted.ts'
import type { Site } from './site.ts'
import { stateForPlans, type State } from './state.ts'

export type LookedAt = {
  readonly task?: Task
  readonly skip?: Skip
  readonly preview?: Preview
  /** What it printed in the last run of this checkout that is recorded. */
  readonly output?: string
}

/** A name that is no check is a failure. */
export async function lookHere(site: Site, name: string): Promise<Result<LookedAt>> {
  const state = await stateForPlans(site)
  if (!state.ok) return state
  try {
    const planned = await planFor(site, { fix: false }, state.value.store)
    if (!planned.ok) return planned
    const looked = lookedUp(redactionOf(site, planned.value).plan(planned.value.plan), name)
    if (!looked.ok || looked.value.task === undefined) return looked
    const { task } = looked.value
    const preview = (await previewsOf(site, planned.value, state.value.cache)).get(task.id)
    const output = await lastOutput(site, state.value, task)
    return ok({ task, ...(preview === undefined ? {} : { preview }), ...(output === undefined ? {} : { output }) })
  } finally {
    state.value.close()
  }
}

/** What the plan itself tells of it. */
export function lookedUp(plan: Plan, name: string): Result<LookedAt> {
  const id = taskId(name)
  const skip = plan.skips.find((one) => one.task === id)
  if (skip !== undefined) return ok({ skip })
  const task = plan.tasks.get(id)?.task
  if (task !== undefined) return ok({ task })
  const known = [...plan.tasks.keys(), ...plan.skips.map((one) => one.task)]
  const meant = nearest(name, known)
  const hint = meant === undefined ? `Known: ${known.slice(0, 20).join(', ')}` : `Did you mean '${meant}'?`
  return failed({ type: 'plan.no-match', what: `'${name}' is not a check of this repository`, hint })
}

async function lastOutput(site: Site, state: State, task: Task): Promise<string | undefined> {
  const last = state.store.runs(100).find((run) => run.root === site.checkout)
  return last === undefined ? undefined : outputOf(site, state, last.number, task.id)
}
