/** Seeded landings: candidates over packages, checks over closures of packages, and what is wrong with some of them. */
import type { Candidate, LandingOptions } from '../../src/model/landing.ts'
import { taskId, type TaskId } from '../../src/model/task.ts'
import type { Dice } from './dice.ts'

/** A change of a candidate, or of somebody else who pushes meanwhile. */
export type Change = { readonly id: string; readonly packages: ReadonlySet<number>; readonly contains: readonly string[] }

export type LandingScene = {
  readonly candidates: readonly Candidate[]
  readonly changes: ReadonlyMap<string, Change>
  /** What somebody else pushes, in order, if it comes to that. */
  readonly others: readonly string[]
  readonly checks: ReadonlyMap<TaskId, ReadonlySet<number>>
  /** Sets of changes upon which a check is red, unless the mender is there. */
  readonly faults: readonly { readonly check: TaskId; readonly needs: readonly string[]; readonly mender?: string }[]
  /** Pairs that cannot be merged. */
  readonly conflicts: readonly (readonly [string, string])[]
  /** Of these (check, change) nobody knows that they belong together, as after a renaming. */
  readonly hidden: ReadonlySet<string>
  readonly flaky: ReadonlySet<TaskId>
  readonly moves: number
  readonly crashes: number
  /** The gate stops at the first check that is red. */
  readonly hasty: boolean
  /** What is known to be red can be asked for. */
  readonly remembers: boolean
  readonly options: LandingOptions
}

export function landingScene(random: Dice): LandingScene {
  const packages = 2 + random.roll(6)
  const checks = new Map(
    Array.from({ length: 1 + random.roll(6) }, (_, i) => [taskId(`check-${i}`), somePackages(random, packages, 1 + random.roll(packages))]),
  )
  const names = Array.from({ length: random.roll(9) }, (_, i) => `task-${i}`)
  const others = Array.from({ length: random.chance(0.4) ? 1 + random.roll(5) : 0 }, (_, i) => `other-${i}`)
  const changes = new Map<string, Change>()
  for (const id of [...names, ...others])
    changes.set(id, { id, packages: somePackages(random, packages, 1 + random.roll(2)), contains: stackedOn(random, changes, id) })
  const options = { ...(random.chance(0.3) ? { each: true } : {}), ...(random.chance(0.2) ? { redBase: 'allow' as const } : {}) }
  return {
    candidates: shuffled(random, names).map((id) => ({ id, commit: `commit-${id}`, message: id })),
    changes,
    others,
    checks,
    faults: faultsOf(random, checks, changes),
    conflicts: conflictsOf(random, [...changes.keys()]),
    hidden: new Set(random.chance(0.1) ? [...checks.keys()].flatMap((check) => names.filter(() => random.chance(0.2)).map((id) => `${check}|${id}`)) : []),
    flaky: new Set([...checks.keys()].filter(() => random.chance(0.15))),
    moves: others.length,
    crashes: random.chance(0.3) ? 1 + random.roll(3) : 0,
    hasty: random.chance(0.5),
    remembers: random.chance(0.5),
    options,
  }
}

const somePackages = (random: Dice, packages: number, count: number): ReadonlySet<number> => new Set(Array.from({ length: count }, () => random.roll(packages)))

function stackedOn(random: Dice, changes: ReadonlyMap<string, Change>, id: string): readonly string[] {
  const earlier = [...changes.keys()].filter((other) => other.startsWith('task'))
  if (!id.startsWith('task') || earlier.length === 0 || !random.chance(0.1)) return []
  const below = random.pick(earlier)
  return [below, ...(changes.get(below)?.contains ?? [])]
}

function faultsOf(random: Dice, checks: LandingScene['checks'], changes: LandingScene['changes']): LandingScene['faults'] {
  return [...checks].flatMap(([check, inputs]) => {
    const able = [...changes.values()].filter((change) => [...change.packages].some((one) => inputs.has(one))).map(({ id }) => id)
    const of = (count: number): readonly string[] => shuffled(random, able).slice(0, count)
    const faults: { check: TaskId; needs: readonly string[]; mender?: string }[] = []
    if (able.length >= 1 && random.chance(0.2)) faults.push({ check, needs: of(1) })
    if (able.length >= 2 && random.chance(0.35)) faults.push({ check, needs: of(2) })
    if (able.length >= 3 && random.chance(0.1)) faults.push({ check, needs: of(3) })
    if (random.chance(0.06)) faults.push({ check, needs: [], ...(able.length > 0 && random.chance(0.6) ? { mender: random.pick(able) } : {}) })
    return faults
  })
}

const conflictsOf = (random: Dice, ids: readonly string[]): LandingScene['conflicts'] =>
  ids.flatMap((a, i) => ids.slice(i + 1).flatMap((b) => (random.chance(0.06) ? [[a, b] as const] : [])))

function shuffled<T>(random: Dice, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
