/** The built-in strategies and those of the file: which checks run, in which order and how many at a time. */
import { failed, ok, type Result } from '../model/failure.ts'
import { nearest } from '../model/suggestion.ts'
import type { Strategy } from './settings.ts'
import type { StrategyConfig } from './shape.ts'

const everything: Omit<Strategy, 'name'> = { select: 'all', order: 'needs', failFast: false, only: [], skip: [], stages: [] }

/** `dependency-aware` is `comprehensive` by the name that older systems gave it: needs are always kept. */
export function builtInStrategies(processors: number): Readonly<Record<string, Strategy>> {
  return {
    fast: { ...everything, name: 'fast', select: 'fast' },
    comprehensive: { ...everything, name: 'comprehensive' },
    'dependency-aware': { ...everything, name: 'dependency-aware' },
    parallel: { ...everything, name: 'parallel', jobs: processors },
    sequential: { ...everything, name: 'sequential', order: 'declared', jobs: 1 },
  }
}

/** Whether `after`, an order without a need, is kept: `parallel` gives it up. */
export const keepsAfter = (strategy: Strategy): boolean => strategy.name !== 'parallel'

/** A strategy of the file; one that has the name of a built-in one, or of one of a plugin, changes that. */
export function strategyNamed(
  name: string,
  own: Readonly<Record<string, StrategyConfig>>,
  processors: number,
  said: string,
  ofPlugins: readonly string[] = [],
): Result<Strategy> {
  const builtIn = builtInStrategies(processors)
  const known = [...new Set([...Object.keys(builtIn), ...Object.keys(own), ...ofPlugins])]
  if (known.includes(name))
    return ok(laidOver(Object.hasOwn(builtIn, name) ? builtIn[name] : undefined, Object.hasOwn(own, name) ? own[name] : undefined, name))
  const meant = nearest(name, known)
  return failed({
    type: 'args.bad-value',
    what: `there is no strategy '${name}'`,
    why: `${said} names it`,
    hint: meant === undefined ? `Known: ${known.join(', ')}` : `Did you mean '${meant}'?`,
  })
}

function laidOver(base: Strategy | undefined, config: StrategyConfig | undefined, name: string): Strategy {
  const under = base ?? { ...everything, name }
  const jobs = config?.jobs ?? under.jobs
  return {
    name,
    select: config?.select ?? under.select,
    order: config?.order ?? under.order,
    failFast: config?.failFast ?? under.failFast,
    only: config?.only ?? under.only,
    skip: config?.skip ?? under.skip,
    stages: config?.stages ?? under.stages,
    ...(jobs === undefined ? {} : { jobs }),
  }
}
