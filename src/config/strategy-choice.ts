/** Chooses the strategy of a run out of what flags, environment and file say. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Request } from '../model/request.ts'
import { placed } from './keys.ts'
import { requestLayer, type Layers, type Said } from './layers.ts'
import type { Strategy } from './settings.ts'
import { strategyNamed } from './strategies.ts'

/** --fast means the strategy fast unless a strategy is named at least as strongly; that one must then be a fast one. */
export function chosenStrategy(layers: Layers, fromFile: Said<string> | undefined): Result<Said<Strategy>> {
  const asked = requestLayer(layers)
  const fast = asked('fast')
  const named = asked('strategy') ?? fromFile ?? { value: 'comprehensive', origin: 'default', rank: -1 }
  const byFast = fast !== undefined && fast.value && fast.rank > named.rank
  const said = byFast ? { value: 'fast', origin: fast.origin, rank: fast.rank } : named
  const strategy = strategyNamed(said.value, layers.loaded.config.strategies ?? {}, Math.max(1, layers.processors), said.origin, layers.strategies)
  if (!strategy.ok) return said.rank > 1 ? strategy : failed(...strategy.failures.map((failure) => inFile(failure, layers, said)))
  const conflict = fast !== undefined && fast.value && fast.rank === said.rank && !byFast && strategy.value.select !== 'fast'
  if (!conflict) return ok({ ...said, value: strategy.value })
  return failed({
    type: 'args.conflict',
    what: `${fast.origin} and ${spelled(said)} contradict each other`,
    why: `the strategy ${said.value} runs all checks`,
    hint: 'Leave one of them out.',
  })
}

const spelled = (said: Said<string>): string => (said.rank === 3 ? `${said.origin} ${said.value}` : `${said.origin}=${said.value}`)

/** A name in a file is a mistake of the file, not of the command line. */
function inFile(failure: Failure, { loaded, flags, environment }: Layers, said: Said<string>): Failure {
  const profile: Request['profile'] = flags.profile ?? environment.request.profile
  const place = loaded.placeOf(said.rank === 1 && profile !== undefined ? ['profiles', profile, 'strategy'] : ['strategy'])
  return { ...failure, type: 'config.invalid', ...placed(place) }
}

/** A strategy that fixes its number of jobs, as sequential does, yields only to a number that was said more strongly, or beside it on the command line. */
export function jobsFor(strategy: Said<Strategy>, jobs: Said<number> | undefined): Said<number> | undefined {
  const own = strategy.value.jobs
  const stronger = jobs !== undefined && (jobs.rank > strategy.rank || (jobs.rank === strategy.rank && jobs.rank >= 2))
  if (own === undefined || stronger) return jobs
  return { value: own, origin: `strategy ${strategy.value.name}`, rank: strategy.rank }
}
