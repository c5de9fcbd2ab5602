/** Looks whether agents stay in their checkouts: what is the user's is compared with how it was before they began. Refs that an agent moved are set back. */
import { breachFailure, breaches, restoreRefs, type Breach } from '../../host/breaches.ts'
import { commitOf } from '../../host/changed-files.ts'
import { isOwnRef, markCheckout, type CheckoutMark } from '../../host/checkout-mark.ts'
import type { Failure, Result } from '../../model/failure.ts'
import { ok } from '../../model/failure.ts'
import type { Site } from '../site.ts'
import { repositoryOf } from './repository-of.ts'
import type { LandingBranch } from './landing-branch.ts'

export type Watchfulness = {
  /** What changed that no agent may change; undefined: nothing. One look at a time; after a breach every further one tells the same. */
  breach(): Promise<Failure | undefined>
  /** The breach that was found; nothing is looked at. */
  known(): Failure | undefined
  /** pawl itself moves the landing branch now, or has just done so. */
  moving(from: string, to: string): void
}

/** `onto`: the branch on which only what passed may land. */
export async function watchfulness(site: Site, onto: LandingBranch): Promise<Result<Watchfulness>> {
  const repository = repositoryOf(site)
  const first = await markCheckout(repository)
  if (!first.ok) return first
  let before: CheckoutMark = first.value
  const ref = `refs/heads/${onto.name}`
  const expected = new Set([onto.commit])
  let last: string = onto.commit
  let known: Failure | undefined
  let looking: Promise<Failure | undefined> = Promise.resolve(undefined)
  // Nobody but pawl moves its own branch; one of the user is compared like every other.
  const movedBranch = async (): Promise<readonly Breach[]> => {
    const now = await commitOf(repository, ref)
    const after = now.ok ? now.value : undefined
    if (after !== undefined && expected.has(after)) return []
    const line = `${onto.name} was at ${last.slice(0, 9)} and is ${after === undefined ? 'gone' : `at ${after.slice(0, 9)}`}`
    return [{ kind: 'ref', what: ref, before: last, ...(after === undefined ? {} : { after }), line, stops: true }]
  }
  const look = async (): Promise<Failure | undefined> => {
    if (known !== undefined) return known
    const after = await markCheckout(repository, before)
    if (!after.ok) return after.failures[0]
    const byPawl = expected.has(after.value.refs.get(ref) ?? '') ? [ref] : []
    const found = [...breaches(before, after.value, new Set(byPawl)), ...(isOwnRef(ref) ? await movedBranch() : [])]
    known = breachFailure(found)
    if (known === undefined) {
      // What a person did meanwhile is theirs, and the next look begins from there.
      before = after.value
      return undefined
    }
    const restored = await restoreRefs(
      repository,
      before,
      found.filter(({ stops }) => stops),
    )
    const back = restored.ok ? restored.value : []
    known = back.length === 0 ? known : { ...known, kept: `${known.kept ?? ''}; ${back.join(', ')} ${back.length === 1 ? 'was' : 'were'} set back` }
    return known
  }
  return ok({
    breach: () => (looking = looking.then(look, look)),
    known: () => known,
    moving(from, to) {
      expected.clear()
      expected.add(from).add(to)
      last = to
    },
  })
}
