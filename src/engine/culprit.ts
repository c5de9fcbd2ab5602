/** Finds the candidate that makes a check red, and those that it fails together with, in few runs of that check alone. */
import { ok, type Result } from '../model/failure.ts'
import type { Candidate, Chain } from '../model/landing.ts'

/** Where a check is red: it is not upon the base, and it is, seen more than once, upon all members. */
export type Suspicion = {
  /** In order, with their merge commits: each of these is a prefix of what is red. */
  readonly members: readonly Member[]
  /** Those whose changes are among the inputs of the check, in the same order. */
  readonly concerned: readonly Member[]
  /** Candidates merged upon the base of the members. */
  chain(candidates: readonly Candidate[]): Promise<Result<Chain>>
  readonly red: Redness
}

/** Whether the check is red on a commit; `sure`: a failure counts when it was seen more than once. */
export type Redness = (commit: string, sure: boolean) => Promise<Result<boolean>>

export type Member = { readonly candidate: Candidate; readonly commit: string }

/** `beside` is empty when it fails alone. */
export type Culprit = { readonly candidate: Candidate; readonly beside: readonly Candidate[] }

/** Looks at those that are concerned; where what is seen contradicts that, at all. */
export async function culpritOf(suspicion: Suspicion): Promise<Result<Culprit>> {
  const { members, concerned } = suspicion
  const sets = concerned.length > 0 && concerned.length < members.length ? [concerned, members] : [members]
  for (const suspects of sets) {
    // On the way a failure is believed at once, because what is found is seen twice; where that comes to nothing, no failure is believed.
    for (const careful of [false, true]) {
      const found = await among(suspects, suspicion, careful)
      if (!found.ok) return found
      if (found.value !== undefined) return ok(found.value)
    }
  }
  // Nothing is certain about a check that changes its mind: the last one waits for the others.
  const [last, ...others] = members.map(({ candidate }) => candidate).toReversed()
  return ok({ candidate: last as Candidate, beside: others.toReversed() })
}

type Asked = Pick<Suspicion, 'chain' | 'red'>

/** Undefined: these alone do not explain it. */
async function among(suspects: readonly Member[], asked: Asked, careful: boolean): Promise<Result<Culprit | undefined>> {
  const whole = await asked.red(suspects.at(-1)?.commit ?? '', true)
  if (!whole.ok) return whole
  if (!whole.value) return ok(undefined)
  const first = await smallestRed(suspects.length, careful, (count, sure) => asked.red(suspects[count - 1]?.commit ?? '', sure))
  if (!first.ok) return first
  const [culprit, earlier] = [suspects[first.value - 1]?.candidate as Candidate, suspects.slice(0, first.value - 1).map(({ candidate }) => candidate)]
  const alone = await redTogether([culprit], asked, true)
  if (!alone.ok) return alone
  if (alone.value) return ok({ candidate: culprit, beside: [] })
  return besideWhom(culprit, earlier, asked, careful)
}

/** The culprit passes alone, so some earlier ones are needed for it to fail. */
async function besideWhom(culprit: Candidate, earlier: readonly Candidate[], asked: Asked, careful: boolean): Promise<Result<Culprit | undefined>> {
  const together = await redTogether([...earlier, culprit], asked, careful)
  if (!together.ok) return together
  if (!together.value) return ok(undefined)
  const enough = await smallestRed(earlier.length, careful, (count, sure) => redTogether([...earlier.slice(0, count), culprit], asked, sure))
  if (!enough.ok) return enough
  const others = earlier.slice(0, enough.value)
  for (const beside of others.length > 1 ? [others.slice(-1), others] : [others]) {
    const red = await redTogether([...beside, culprit], asked, true)
    if (!red.ok) return red
    if (red.value) return ok({ candidate: culprit, beside })
  }
  return ok(undefined)
}

/** Those that cannot be merged without the ones left out are not called red. */
async function redTogether(candidates: readonly Candidate[], { chain, red }: Asked, sure: boolean): Promise<Result<boolean>> {
  const made = await chain(candidates)
  if (!made.ok) return made
  return made.value.conflicts.size > 0 ? ok(false) : red(made.value.tip, sure)
}

/** The smallest count that is red, by bisection: none is green, all are red. `careful`: the one that is answered was seen twice. */
async function smallestRed(count: number, careful: boolean, red: (count: number, sure: boolean) => Promise<Result<boolean>>): Promise<Result<number>> {
  for (;;) {
    let [green, found] = [0, count]
    while (found - green > 1) {
      const middle = (green + found) >> 1
      const answer = await red(middle, false)
      if (!answer.ok) return answer
      if (answer.value) found = middle
      else green = middle
    }
    if (found === count || !careful) return ok(found)
    const sure = await red(found, true)
    if (!sure.ok || sure.value) return sure.ok ? ok(found) : sure
  }
}
