/** Gathers what the strategy of a plugin may know: what changed, where this is, and what the last runs have shown. */
import { availableParallelism } from 'node:os'
import type { StrategyFacts, TaskHistory } from '../config/strategy-plugin.ts'
import { changedFiles } from '../host/changed-files.ts'
import type { Store } from '../model/store.ts'
import type { Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import type { Site } from './site.ts'

const keptDurations = 5
const keptOutcomes = 20

/** `selected`: paths of a selection; undefined: the whole repository. */
export async function strategyFacts(
  site: Site,
  seen: { readonly tree: Tree; readonly selected: readonly string[] | undefined; readonly ci: boolean; readonly tasks: readonly Task[] },
  store: Pick<Store, 'costs' | 'history'> | undefined,
): Promise<StrategyFacts> {
  const { tree, selected, ci, tasks } = seen
  return {
    changed: selected ?? (await uncommitted(site, tree)),
    selected: selected !== undefined,
    branch: tree.branch,
    platform: site.platform,
    ci,
    processors: availableParallelism(),
    history: store === undefined ? {} : historyOf(store, tasks),
  }
}

/** Undefined where that cannot be told: outside of git, before the first commit. */
async function uncommitted(site: Site, tree: Tree): Promise<readonly string[] | undefined> {
  if (site.repository === undefined || tree.commit === undefined) return undefined
  const changed = await changedFiles(site.repository, { kind: 'since', ref: 'HEAD' }, tree, site.cwd, site.root)
  return changed.ok ? changed.value.paths : undefined
}

function historyOf(store: Pick<Store, 'costs' | 'history'>, tasks: readonly Task[]): StrategyFacts['history'] {
  const costs = store.costs(
    tasks.map((task) => task.id),
    keptDurations,
  )
  const outcomes = Map.groupBy(store.history.observations(), ({ task }) => task)
  return Object.fromEntries(
    tasks.flatMap(({ id }): [string, TaskHistory][] => {
      const ended = (outcomes.get(id) ?? []).slice(-keptOutcomes).map(({ outcome }) => outcome)
      return ended.length === 0 ? [] : [[id, { durationsMs: costs.get(id)?.durationsMs ?? [], outcomes: ended.reverse() }]]
    }),
  )
}
