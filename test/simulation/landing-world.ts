/** A branch, merges and a gate that exist in memory only: they may move, lie once, and end at any step. */
import { ok } from '../../src/model/failure.ts'
import type { Candidate, Chain, LandingWorld, RedCheck } from '../../src/model/landing.ts'
import type { TaskId } from '../../src/model/task.ts'
import type { Dice } from './dice.ts'
import type { LandingScene } from './landing-scene.ts'

/** pawl was killed here. */
export class Crash extends Error {}
/** It goes on for ever. */
export class Endless extends Error {}

export type Advance = { readonly from: string; readonly to: string; readonly at: string; readonly judged: boolean }

export type LandingLaboratory = {
  readonly world: LandingWorld
  /** Every move of the branch by us; `at`: where it was. */
  readonly advances: readonly Advance[]
  /** Commits that others pushed. */
  readonly pushed: readonly string[]
  readonly now: () => string
  /** Every commit that the branch was at. */
  readonly heads: readonly string[]
  readonly contents: (commit: string) => ReadonlySet<string>
  readonly redOn: (contents: ReadonlySet<string>) => readonly TaskId[]
  readonly clash: (change: string, contents: ReadonlySet<string>) => boolean
  readonly runs: ReadonlyMap<string, number>
}

const mostCalls = 20_000

export function landingLaboratory(scene: LandingScene, random: Dice): LandingLaboratory {
  const contents = new Map<string, ReadonlySet<string>>([['root', new Set()]])
  const of = (commit: string): ReadonlySet<string> => contents.get(commit) ?? new Set()
  const whole = (id: string): readonly string[] => [id, ...(scene.changes.get(id)?.contains ?? [])]
  for (const { id, commit } of scene.candidates) contents.set(commit, new Set(whole(id)))
  const advances: Advance[] = []
  const pushed: string[] = []
  const heads = ['root']
  const judged = new Map<string, Set<TaskId>>()
  const runs = new Map<string, number>()
  const answers = new Map<string, { red: boolean; fails: number }>()
  let [head, calls, crashes] = ['root', 0, scene.crashes]

  const clash = (change: string, beside: ReadonlySet<string>): boolean =>
    whole(change).some((id) => !beside.has(id) && scene.conflicts.some(([a, b]) => (a === id && beside.has(b)) || (b === id && beside.has(a))))
  const faulty = (check: TaskId, there: ReadonlySet<string>): boolean =>
    scene.faults.some((fault) => fault.check === check && fault.needs.every((id) => there.has(id)) && !(fault.mender !== undefined && there.has(fault.mender)))
  const keyOf = (check: TaskId, there: ReadonlySet<string>): string => {
    const inputs = scene.checks.get(check) ?? new Set()
    return `${check}|${[...there]
      .filter((id) => [...(scene.changes.get(id)?.packages ?? [])].some((one) => inputs.has(one)))
      .toSorted()
      .join()}`
  }
  function step(): void {
    if (++calls > mostCalls) throw new Endless('too many steps')
    const next = scene.others[pushed.length]
    if (next !== undefined && random.chance(0.15) && !clash(next, of(head))) {
      pushed.push(next)
      contents.set(`${head}<${next}`, new Set([...of(head), next]))
      head = `${head}<${next}`
      heads.push(head)
    }
    if (crashes > 0 && random.chance(0.08)) {
      crashes--
      throw new Crash('killed')
    }
  }
  function answer(check: TaskId, commit: string, again: boolean): 'ran' | 'known' {
    const key = keyOf(check, of(commit))
    const known = answers.get(key)
    if (known !== undefined && !(again && known.red && known.fails === 1)) return 'known'
    runs.set(key, (runs.get(key) ?? 0) + 1)
    const red = faulty(check, of(commit)) || (scene.flaky.has(check) && known === undefined)
    answers.set(key, { red, fails: (known?.fails ?? 0) + (red ? 1 : 0) })
    return 'ran'
  }
  const isKnownRed = (check: TaskId, commit: string): boolean => answers.get(keyOf(check, of(commit)))?.red === true
  const world: LandingWorld = {
    async target() {
      step()
      return ok(head)
    },
    async chain(base, candidates) {
      step()
      return ok(merged(base, candidates))
    },
    async judge(commit, only, again = false) {
      step()
      const open = [...(only ?? scene.checks.keys())]
      const [red, ran, known]: [RedCheck[], TaskId[], TaskId[]] = [[], [], []]
      while (open.length > 0 && !(scene.hasty && red.length > 0)) {
        const check = open.shift()
        if (check === undefined) break
        if (answer(check, commit, again) === 'ran') ran.push(check)
        else known.push(check)
        judged.set(commit, (judged.get(commit) ?? new Set()).add(check))
        if (isKnownRed(check, commit)) red.push({ check, summary: 'it fails' })
      }
      return ok({ red, ran, known, ...(open.length > 0 ? { unjudged: open } : {}) })
    },
    ...(scene.remembers
      ? {
          knownRed: async (commit: string) =>
            [...scene.checks.keys()].filter((check) => isKnownRed(check, commit)).map((check) => ({ check, summary: 'it failed' })),
        }
      : {}),
    async concerns(check, candidate) {
      const inputs = scene.checks.get(check) ?? new Set()
      return whole(candidate.id).some(
        (id) => !scene.hidden.has(`${check}|${id}`) && [...(scene.changes.get(id)?.packages ?? [])].some((one) => inputs.has(one)),
      )
    },
    async advance(from, to) {
      step()
      if (from !== head) return 'stale'
      advances.push({ from, to, at: head, judged: [...scene.checks.keys()].every((check) => judged.get(to)?.has(check)) })
      head = to
      heads.push(head)
      step()
      return 'moved'
    },
  }
  function merged(base: string, candidates: readonly Candidate[]): Chain {
    const [done, conflicts] = [new Map<string, string>(), new Map<string, { files: readonly string[]; beside: readonly string[] }>()]
    let tip = base
    for (const { id } of candidates) {
      const there = of(tip)
      if (there.has(id)) done.set(id, of(base).has(id) ? base : tip)
      else if (clash(id, there)) conflicts.set(id, { files: ['a file'], beside: [...done.keys()].filter((other) => clash(id, new Set([other]))) })
      else {
        tip = `${tip}+${id}`
        contents.set(tip, new Set([...there, ...whole(id)]))
        done.set(id, tip)
      }
    }
    for (const id of [...conflicts.keys()].filter((one) => of(tip).has(one))) {
      done.set(id, tip)
      conflicts.delete(id)
    }
    return { tip, tree: `tree of ${tip}`, merged: done, conflicts }
  }
  return {
    world,
    advances,
    pushed,
    now: () => head,
    heads,
    contents: of,
    redOn: (there) => [...scene.checks.keys()].filter((check) => faulty(check, there)),
    clash,
    runs,
  }
}
