/** Explains the red checks of a chain: by flakiness, by the branch itself, or by candidates that must leave the chain. */
import { ok, type Result } from '../model/failure.ts'
import type { Held } from '../model/job.ts'
import type { Candidate, LandingWorld, RedCheck } from '../model/landing.ts'
import type { TaskId } from '../model/task.ts'
import { culpritOf, type Culprit, type Member, type Redness } from './culprit.ts'

/** A commit that is red. `members` end with the one whose merge commit it is. */
export type RedChain = { readonly base: string; readonly commit: string; readonly members: readonly Member[]; readonly red: readonly RedCheck[] }

/** Nothing of it: all that was red passed when it was run again. */
export type Apart = {
  readonly evicted: readonly { readonly candidate: Candidate; readonly held: Held }[]
  readonly flaky: readonly TaskId[]
  /** A check that is red on the branch itself. */
  readonly redBase?: RedCheck
  /** A candidate upon which alone that check passes. */
  readonly mender?: Candidate
}

/** A red check that concerns few is explained first; what concerns a candidate that leaves anyway is looked at in the next chain. */
export async function takeApart(chain: RedChain, world: LandingWorld): Promise<Result<Apart>> {
  const flaky = new Set<TaskId>()
  const evicted: { candidate: Candidate; held: Held }[] = []
  const leaves = (candidate: Candidate): boolean => evicted.some((one) => one.candidate === candidate)
  for (const { red, concerned } of await fewestFirst(chain, world)) {
    if (concerned.some(({ candidate }) => leaves(candidate))) continue
    const isRed = redness(red.check, chain.commit, world, flaky)
    const still = await isRed(chain.commit, true)
    if (!still.ok) return still
    if (!still.value) continue
    const before = await isRed(chain.base, true)
    if (!before.ok) return before
    if (before.value) {
      const mender = await menderOf(chain.base, concerned, world, isRed)
      return mender.ok ? ok({ evicted, flaky: [...flaky], redBase: red, ...(mender.value === undefined ? {} : { mender: mender.value }) }) : mender
    }
    const culprit = await culpritOf({ members: chain.members, concerned, chain: (candidates) => world.chain(chain.base, candidates), red: isRed })
    if (!culprit.ok) return culprit
    if (!leaves(culprit.value.candidate)) evicted.push({ candidate: culprit.value.candidate, held: heldFor(red, culprit.value) })
  }
  return ok({ evicted, flaky: [...flaky] })
}

type Concern = { readonly red: RedCheck; readonly concerned: readonly Member[] }

async function fewestFirst({ red, members, base }: RedChain, world: LandingWorld): Promise<readonly Concern[]> {
  const concerns: Concern[] = []
  for (const one of red) {
    const concerned: Member[] = []
    for (const member of members) if (await world.concerns(one.check, member.candidate, base)) concerned.push(member)
    concerns.push({ red: one, concerned })
  }
  return concerns.toSorted((a, b) => a.concerned.length - b.concerned.length)
}

/** Each commit is asked about once, and once more where a failure must be sure. `seen` was seen red. */
function redness(check: TaskId, seen: string, world: LandingWorld, flaky: Set<TaskId>): Redness {
  const answers = new Map([[seen, { red: true, sure: false }]])
  const ask = async (commit: string, again: boolean): Promise<Result<boolean>> => {
    const answer = await world.judge(commit, [check], again)
    if (!answer.ok) return answer
    const red = answer.value.red.some((one) => one.check === check)
    answers.set(commit, { red, sure: again })
    if (again && !red) flaky.add(check)
    return ok(red)
  }
  return async (commit, sure) => {
    if (!answers.has(commit)) {
      const first = await ask(commit, false)
      if (!first.ok) return first
    }
    const known = answers.get(commit)
    return known?.red === true && sure && !known.sure ? ask(commit, true) : ok(known?.red === true)
  }
}

/** The first that makes a check pass which does not pass without it. */
async function menderOf(base: string, concerned: readonly Member[], world: LandingWorld, isRed: Redness): Promise<Result<Candidate | undefined>> {
  for (const { candidate } of concerned) {
    const alone = await world.chain(base, [candidate])
    if (!alone.ok) return alone
    if (alone.value.conflicts.size > 0) continue
    const red = await isRed(alone.value.tip, true)
    if (!red.ok) return red
    if (!red.value) return ok(candidate)
  }
  return ok(undefined)
}

function heldFor({ check, summary }: RedCheck, { beside }: Culprit): Held {
  const others = beside.map(({ id }) => id)
  const why = `${check} fails${others.length === 0 ? '' : ` together with ${others.join(', ')}`}: ${summary}`
  return { reason: others.length === 0 ? 'red-alone' : 'red-together', why: oneLine(why), beside: others, check, files: [] }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
