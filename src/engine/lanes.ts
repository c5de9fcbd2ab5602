/** Parts prompts into lanes: what would change the same files is worked on one after the other, all else side by side. Pure and total. */
import type { Clash, Prompt } from '../model/prompt.ts'
import { fixedFolders, formsMeet, globForm, type GlobForm } from './globs-meet.ts'

type Laned = Pick<Prompt, 'id' | 'dependsOn' | 'files' | 'priority'>

export const usualThreshold = 0.25

/**
 * Prompts that clash with at least that probability, or declare files that could be the same, are in one lane.
 * All lanes keep one order of the whole: dependencies first, then priority (a prompt is as urgent as what waits for it), then as given.
 * So a lane never waits for a lane that waits for it. Circles are broken at the first prompt; unknown ids bind nobody.
 */
export function lanesOf(prompts: readonly Laned[], clashes: readonly Clash[], threshold: number = usualThreshold): readonly (readonly string[])[] {
  const ids = [...new Map(prompts.map((prompt) => [prompt.id, prompt])).values()]
  const group = groups(ids.map(({ id }) => id))
  for (const { between, probability } of clashes) if (probability >= threshold) group.join(...between)
  for (const pair of meeting(ids)) group.join(...pair)
  return [...Map.groupBy(orderOf(ids), (id) => group.of(id)).values()]
}

/** What is excluded ("!x") is not looked at: two that overlap elsewhere still meet. */
const declaredBy = ({ files = [] }: Laned): readonly GlobForm[] => files.filter((glob) => !glob.startsWith('!') || glob.startsWith('!(')).map(globForm)

/** Pairs that declare what could be the same. Only globs of which one begins as the other goes on are compared. */
function* meeting(prompts: readonly Laned[]): Generator<readonly [string, string]> {
  const declared = prompts.flatMap((prompt) => declaredBy(prompt).map((form) => ({ id: prompt.id, form, folders: fixedFolders(form) })))
  const byStart = Map.groupBy(declared, ({ folders }) => folders.join('/'))
  for (const one of declared) {
    for (let depth = 0; depth <= one.folders.length; depth++) {
      for (const other of byStart.get(one.folders.slice(0, depth).join('/')) ?? []) {
        if (other.id !== one.id && formsMeet(one.form, other.form)) yield [one.id, other.id]
      }
    }
  }
}

/** Sets that grow together; each is named by one of its members. */
function groups(ids: readonly string[]): { of(id: string): string | undefined; join(a: string, b: string): void } {
  const parents = new Map(ids.map((id) => [id, id]))
  const of = (id: string): string | undefined => {
    let at = parents.get(id)
    for (let up = at === undefined ? undefined : parents.get(at); up !== undefined && up !== at; up = parents.get(up)) {
      parents.set(id, up)
      at = up
    }
    return at
  }
  return {
    of,
    join(a, b) {
      const [one, other] = [of(a), of(b)]
      if (one !== undefined && other !== undefined) parents.set(other, one)
    },
  }
}

/** Every id once. */
export function orderOf(prompts: readonly Laned[]): readonly string[] {
  const byId = new Map(prompts.map((prompt, i) => [prompt.id, { ...prompt, i }]))
  const needs = new Map([...byId].map(([id, { dependsOn }]) => [id, new Set(dependsOn.filter((other) => other !== id && byId.has(other)))]))
  const dependents = new Map<string, string[]>()
  for (const [id, others] of needs) for (const other of others) dependents.set(other, [...(dependents.get(other) ?? []), id])
  const urgency = urgencies(byId, needs)
  const before = (a: string, b: string): number => (urgency.get(b) ?? 0) - (urgency.get(a) ?? 0) || (byId.get(a)?.i ?? 0) - (byId.get(b)?.i ?? 0)
  const order: string[] = []
  const waiting = new Set([...byId.keys()].toSorted(before))
  while (waiting.size > 0) {
    const next = [...waiting].find((id) => needs.get(id)?.size === 0) ?? [...waiting][0]
    if (next === undefined) break
    waiting.delete(next)
    order.push(next)
    for (const dependent of dependents.get(next) ?? []) needs.get(dependent)?.delete(next)
  }
  return order
}

/** The highest priority among a prompt and all that waits for it. No priority that is no number counts. */
function urgencies(prompts: ReadonlyMap<string, Laned>, needs: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  const own = ({ priority }: Laned): number => (Number.isNaN(priority) ? 0 : priority)
  const urgency = new Map<string, number>()
  const highestFirst = [...prompts.values()].toSorted((a, b) => (own(a) < own(b) ? 1 : own(a) > own(b) ? -1 : 0))
  for (const prompt of highestFirst) {
    const open = [prompt.id]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (urgency.has(id)) continue
      urgency.set(id, own(prompt))
      open.push(...(needs.get(id) ?? []))
    }
  }
  return urgency
}
