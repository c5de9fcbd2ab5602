/** What the chosen strategy has to say about a plan: stages, where it is data, and whatever the code of a plugin decides. */
import { byStrategy, type ByStrategy } from '../config/by-strategy.ts'
import type { Origins, Settings } from '../config/settings.ts'
import { ok, type Result } from '../model/failure.ts'
import type { Store } from '../model/store.ts'
import type { Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import type { PluginDoor } from './plugin-door.ts'
import type { Site } from './site.ts'

/** What the command line says goes before what the strategy says. */
export function stagesWanted({ stages, strategy }: Settings): { readonly stages: readonly string[]; readonly stagesBy?: string } {
  return stages.length > 0 || strategy.stages.length === 0 ? { stages } : { stages: strategy.stages, stagesBy: `strategy ${strategy.name}` }
}

/** What the strategy of a plugin makes of the selected checks. */
export async function decidedByStrategy(
  site: Site,
  { settings, origins, plugins }: { readonly settings: Settings; readonly origins: Origins; readonly plugins: PluginDoor },
  seen: { readonly tree: Tree; readonly selected: readonly string[] | undefined; readonly ci: boolean; readonly tasks: readonly Task[] },
  store: Pick<Store, 'costs' | 'history'> | undefined,
): Promise<Result<ByStrategy>> {
  const { name } = settings.strategy
  const strategy = plugins.strategies.get(name)
  if (strategy === undefined) return ok({ tasks: seen.tasks, skips: [] })
  const { strategyFacts } = await import('./strategy-facts.ts')
  const decided = byStrategy(name, strategy, seen.tasks, await strategyFacts(site, seen, store))
  const isSaid = /^(--|environment )/.test(origins.jobs ?? '')
  if (!decided.ok || !isSaid) return decided
  const { tasks, skips } = decided.value
  return ok({ tasks, skips })
}
