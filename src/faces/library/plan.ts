/** `plan`: what would run and why, for programs. Nothing is done. */
import { resolve } from 'node:path'
import { planFor } from '../../app/planned.ts'
import { previewsOf } from '../../app/previews.ts'
import { redactionOf } from '../../app/redacted.ts'
import { findSite } from '../../app/site.ts'
import { stateForPlans } from '../../app/state.ts'
import { causeText } from '../../model/cause.ts'
import type { Failure } from '../../model/failure.ts'
import { runName } from '../../model/run-name.ts'
import type { SecurityLevel } from '../../model/task.ts'
import { requestFrom, type PlanOptions } from './options.ts'

export type PlannedCheck = {
  readonly id: string
  readonly stage: string
  readonly would: 'run' | 'reuse' | 'skip'
  /** Why it would run, which run has proven it, or why it is left out. */
  readonly why: string
  readonly needs: readonly string[]
  /** Those of `needs` that are there because a critical check comes before it. */
  readonly guards: readonly string[]
  readonly security?: SecurityLevel
  /** Why the check is there at all. */
  readonly reason?: string
}

export type PlanReport = {
  readonly ok: boolean
  /** In the order of their stages; then what is left out. */
  readonly checks: readonly PlannedCheck[]
  /** Most checks at a time. */
  readonly jobs: number
  /** Why there is no plan. */
  readonly failures: readonly Failure[]
}

export async function plan(folder: string, options: PlanOptions = {}): Promise<PlanReport> {
  const request = requestFrom(options)
  const none = (failures: readonly Failure[]): PlanReport => ({ ok: false, checks: [], jobs: 0, failures })
  const site = await findSite(resolve(folder), options.env ?? process.env)
  if (!site.ok) return none(site.failures)
  const state = await stateForPlans(site.value)
  if (!state.ok) return none(state.failures)
  try {
    const planned = await planFor(site.value, request, state.value.store)
    if (!planned.ok) return none(planned.failures)
    const seen = await previewsOf(site.value, planned.value, state.value.cache)
    const shown = redactionOf(site.value, planned.value).plan(planned.value.plan)
    const checks = [...shown.tasks].flatMap(([id, { task }]): PlannedCheck[] => {
      if (task.role === 'fix') return []
      const preview = seen.get(id)
      const reused = preview?.would === 'reuse'
      const why = preview === undefined ? '' : preview.would === 'reuse' ? `proven by ${runName(preview.from.run)}` : causeText(preview.cause)
      const { stage, needs, guards = [], security, reason } = task
      return [{ id, stage, would: reused ? 'reuse' : 'run', why, needs, guards, reason, ...(security === undefined ? {} : { security }) }]
    })
    const skips = shown.skips.map(({ task, stage, reason }): PlannedCheck => ({ id: task, stage, would: 'skip', why: reason, needs: [], guards: [] }))
    return { ok: true, checks: [...checks, ...skips], jobs: planned.value.settings.jobs, failures: [] }
  } finally {
    state.value.close()
  }
}
