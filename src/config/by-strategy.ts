/** Asks the strategy of a plugin about the checks that were selected. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Skip } from '../model/plan.ts'
import type { Task } from '../model/task.ts'
import type { StrategyFacts, StrategyPlugin, StrategyTask } from './strategy-plugin.ts'
import { kindAndMessageOf } from '../model/thrown.ts'

export type ByStrategy = { readonly tasks: readonly Task[]; readonly skips: readonly Skip[]; readonly jobs?: number }

/** `name`: as the command line names it. */
export function byStrategy(name: string, strategy: StrategyPlugin, tasks: readonly Task[], facts: StrategyFacts): Result<ByStrategy> {
  const checks = tasks.filter((task) => task.role === 'check')
  const views = new Map(checks.map((task) => [task.id, Object.freeze(strategyView(task))]))
  try {
    const skips: Skip[] = []
    for (const [id, view] of views) {
      const answer: unknown = strategy.shouldRun?.(view, facts) ?? true
      if (typeof answer !== 'boolean' && typeof answer !== 'string')
        return failed(broken(name, `shouldRun('${id}') answered with neither true, false nor a text`))
      if (answer !== true)
        skips.push({ task: id, stage: view.stage, reason: answer === false || answer === '' ? `the strategy ${name} leaves it out` : answer })
    }
    const gone = new Set(skips.map((skip) => skip.task))
    const kept = checks.filter((task) => !gone.has(task.id))
    const fixes = new Set(kept.flatMap((task) => task.fixes))
    const jobs: unknown = strategy.concurrency?.(facts)
    if (jobs !== undefined && !isCount(jobs)) return failed(broken(name, 'concurrency() answered with something that is no whole number from 1'))
    const left = tasks.filter((task) => (task.role === 'check' ? !gone.has(task.id) : fixes.has(task.id)))
    const places = placesOf(strategy, kept, views)
    if (places === undefined) return failed(broken(name, 'order() answered with something that is no number'))
    return ok({
      tasks: left.map((task) => (places.has(task.id) ? { ...task, priority: -(places.get(task.id) ?? 0) } : task)),
      skips,
      ...(jobs === undefined ? {} : { jobs }),
    })
  } catch (error) {
    // Whatever the code of a plugin throws is about the plugin.
    return failed(broken(name, kindAndMessageOf(error)))
  }
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1

/** Empty: the strategy has no order of its own; undefined: it has none that can be used. */
function placesOf(
  strategy: StrategyPlugin,
  checks: readonly Task[],
  views: ReadonlyMap<Task['id'], StrategyTask>,
): ReadonlyMap<Task['id'], number> | undefined {
  if (strategy.order === undefined) return new Map()
  let isUsable = true
  const sorted = [...checks].sort((a, b) => {
    const answer: unknown = strategy.order?.(views.get(a.id) ?? strategyView(a), views.get(b.id) ?? strategyView(b))
    if (typeof answer === 'number' && !Number.isNaN(answer)) return answer
    isUsable = false
    return 0
  })
  return isUsable ? new Map(sorted.map((task, place) => [task.id, place])) : undefined
}

/** A check as a strategy is asked about it: a copy, so that nothing that is done to it changes the plan. */
export function strategyView({ id, stage, needs, after, fast, severity, security, package: owner, reason, concerns, inputs }: Task): StrategyTask {
  const judged = concerns ?? inputs.files
  return {
    id,
    stage,
    needs: [...needs],
    after: [...after],
    fast,
    severity,
    reason,
    ...(security === undefined ? {} : { security }),
    ...(owner === undefined ? {} : { package: owner }),
    ...(judged === undefined ? {} : { concerns: [...judged] }),
  }
}

const broken = (name: string, why: string): Failure => ({
  type: 'plugin.broken',
  what: `the strategy ${name} cannot be used`,
  why,
  kept: 'nothing was started',
  hint: 'Choose another one with --strategy, or mend the plugin.',
})
