/** Looks whether agents stay in their checkouts: what is the user's is compared with how it was before they began. What only a user can have done is theirs. */
import { breachFailure, breaches, keepBoth, type Breach, type BothKept } from '../../host/breaches.ts'
import { isOwnRef, markCheckout, type CheckoutMark } from '../../host/checkout-mark.ts'
import type { Failure, Result } from '../../model/failure.ts'
import { ok } from '../../model/failure.ts'
import type { Site } from '../site.ts'
import { repositoryOf } from './repository-of.ts'
import type { LandingBranch } from './landing-branch.ts'

export type Watchfulness = {
  /**
   * What changed that no agent may change; undefined: nothing. One look at a time, and all who ask before it begins are told what it finds; after a
   * breach every further one tells the same.
   */
  readonly breach: () => Promise<Failure | undefined>
  /** The breach that was found; nothing is looked at. */
  known(): Failure | undefined
  /** To be called around everything by which an agent, or what it made, runs without a sandbox: what changes while nothing of that does, the user changed. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>
  /** pawl itself moves the landing branch now, or has just done so. */
  moving(from: string, to: string): void
}

/** `onto`: the branch on which only what passed may land. `lent`: folders of installed packages that agents have links to. */
export async function watchfulness(site: Site, onto: LandingBranch, lent: readonly string[]): Promise<Result<Watchfulness>> {
  const repository = repositoryOf(site)
  const first = await markCheckout(repository, { lent })
  if (!first.ok) return first
  let before: CheckoutMark = first.value
  const ref = `refs/heads/${onto.name}`
  const expected = new Set([onto.commit])
  let last: string = onto.commit
  let known: Failure | undefined
  let live = 0
  let ran = false
  let looking: Promise<Failure | undefined> = Promise.resolve(undefined)
  let waiting: Promise<Failure | undefined> | undefined
  // Nobody but pawl moves its own branch; one of the user is compared like every other.
  const movedBranch = (after: string | undefined): readonly Breach[] => {
    if (after !== undefined && expected.has(after)) return []
    const line = `${onto.name} was at ${last.slice(0, 9)} and is ${after === undefined ? 'gone' : `at ${after.slice(0, 9)}`}`
    return [{ kind: 'ref', what: ref, before: last, ...(after === undefined ? {} : { after }), line, stops: true }]
  }
  const look = async (): Promise<Failure | undefined> => {
    // Who asks from now on would not be told what happens from now on.
    waiting = undefined
    if (known !== undefined) return known
    const mayBeAgents = ran || live > 0
    ran = live > 0
    const after = await markCheckout(repository, { since: before, lent })
    if (!after.ok) return after.failures[0]
    const byPawl = expected.has(after.value.refs.get(ref) ?? '') ? [ref] : []
    const found = [...(mayBeAgents ? breaches(before, after.value, new Set(byPawl)) : []), ...(isOwnRef(ref) ? movedBranch(after.value.own.get(ref)) : [])]
    known = breachFailure(found)
    if (known === undefined) {
      // What a person did meanwhile is theirs, and the next look begins from there.
      before = after.value
      return undefined
    }
    const both = await keepBoth(
      repository,
      found.filter(({ stops }) => stops),
    )
    known = { ...known, kept: [known.kept ?? '', ...(both.ok ? keptText(both.value) : [])].join('; ') }
    return known
  }
  return ok({
    breach: () => (waiting ??= looking = looking.then(look, look)),
    known: () => known,
    async during(work) {
      live++
      ran = true
      try {
        return await work()
      } finally {
        live--
      }
    },
    moving(from, to) {
      expected.clear()
      expected.add(from).add(to)
      last = to
    },
  })
}

const keptText = ({ restored, kept, folder }: BothKept): readonly string[] => [
  ...(restored.length === 0 ? [] : [`${restored.join(', ')} ${restored.length === 1 ? 'was' : 'were'} set back`]),
  ...(kept.length === 0 ? [] : [`${kept.join(', ')} ${kept.length === 1 ? 'is' : 'are'} as found, and what was there before is below ${folder}/before`]),
]
