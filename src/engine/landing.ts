/** Lands all ready branches together: one chain, one gate over its tip; only what fails is taken apart, and nothing else waits for it. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Held } from '../model/job.ts'
import type { Candidate, Chain, Landing, LandingOptions, LandingWorld, Pointer } from '../model/landing.ts'
import type { TaskId } from '../model/task.ts'
import type { Member } from './culprit.ts'
import { takeApart, type Apart, type RedChain } from './take-apart.ts'

/** What is known of a landing on its way. The branch itself is the only state that outlives it: after a crash, land the same candidates again. */
type Course = {
  waiting: readonly Candidate[]
  /** Out of the chain because of others; they wait for what becomes of those. */
  aside: readonly Aside[]
  /** Lands before all others: it mends what is red on the branch itself. */
  first?: Candidate
  readonly landed: { readonly id: string; readonly commit: string }[]
  held: { readonly id: string; readonly held: Held }[]
  readonly flaky: Set<TaskId>
  readonly pointers: Pointer[]
  /** Checks that are red on the branch as it is now, where that is allowed. */
  readonly excused: Set<TaskId>
  ran: number
  known: number
  moves: number
  tip?: string
}
type Site = { readonly base: string; readonly batch: readonly Candidate[]; readonly chain: Chain }
type Aside = { readonly candidate: Candidate; readonly held: Held }

/**
 * Each candidate is landed or held in the end. What is held for the sake of another is tried again when that other did not land.
 * Fails only when the branch cannot be read at all, before anything happened.
 */
export async function land(candidates: readonly Candidate[], world: LandingWorld, options: LandingOptions = {}): Promise<Result<Landing>> {
  const course = newCourse(candidates)
  const counting = { ...world, judge: counted(world, course) }
  while (course.waiting.length > 0) {
    const base = await world.target()
    if (!base.ok && course.tip === undefined) return base
    if (base.ok) isAt(course, base.value)
    const trouble = base.ok ? await pass(base.value, course, counting, options) : base.failures[0]
    if (trouble !== undefined) holdAll(course, broken(trouble.what, trouble.why))
  }
  const base = await world.target()
  // Where the branch is now cannot be read: what is known of it is what was read last.
  if (!base.ok && course.tip === undefined) return base
  if (base.ok) isAt(course, base.value)
  await foundLanded(candidates, course, world)
  const { landed, held, ran, known, flaky, pointers, tip = '' } = course
  return ok({ landed, held, ran, known, flaky: [...flaky], pointers, tip })
}

/** What was held may have come onto the branch below another that stands on it, or by somebody else. */
async function foundLanded(candidates: readonly Candidate[], course: Course, world: LandingWorld): Promise<void> {
  if (course.held.length === 0 || course.tip === undefined) return
  const chain = await world.chain(
    course.tip,
    candidates.filter(({ id }) => course.held.some((one) => one.id === id)),
  )
  if (!chain.ok) return
  for (const [id, commit] of chain.value.merged) {
    if (commit !== course.tip) continue
    course.landed.push({ id, commit })
    course.held = course.held.filter((one) => one.id !== id)
  }
}

const newCourse = (waiting: readonly Candidate[]): Course => ({
  waiting,
  aside: [],
  landed: [],
  held: [],
  flaky: new Set(),
  pointers: [],
  excused: new Set(),
  ran: 0,
  known: 0,
  moves: 0,
})

/** What is excused is so upon one commit of the branch. */
function isAt(course: Course, commit: string): void {
  if (course.tip !== commit) course.excused.clear()
  course.tip = commit
}

function counted(world: LandingWorld, course: Course): LandingWorld['judge'] {
  return async (commit, only, again) => {
    const answer = await world.judge(commit, only, again)
    if (answer.ok) {
      course.ran += answer.value.ran.length
      course.known += answer.value.known.length
    }
    return answer
  }
}

/** One chain upon the branch as it is: it lands, or gets smaller, or is keyed anew because the branch has moved. Answers with what stands in the way of all. */
async function pass(base: string, course: Course, world: LandingWorld, options: LandingOptions): Promise<Failure | undefined> {
  const batch = course.first === undefined ? course.waiting : [course.first]
  const chain = await world.chain(base, batch)
  if (!chain.ok) return chain.failures[0]
  if (chain.value.tip === base) return settled(course, chain.value, batch)
  const apart = await judged({ base, batch, chain: chain.value }, course, world, options)
  if (!apart.ok) return apart.failures[0]
  if (apart.value !== undefined) return smaller(course, apart.value, options)
  const moved = await world.advance(base, chain.value.tip)
  if (moved === 'moved') {
    isAt(course, chain.value.tip)
    return settled(course, chain.value, batch)
  }
  if (moved !== 'stale') return moved
  course.moves++
  const most = options.rekeys ?? 3
  return course.moves <= most ? undefined : { type: 'land.restless', what: `the target branch moved ${course.moves} times while this was to land` }
}

/** What has to be taken apart; undefined: all is proven. */
async function judged(site: Site, course: Course, world: LandingWorld, options: LandingOptions): Promise<Result<Apart | undefined>> {
  const { base, batch, chain } = site
  const members = membersOf(base, batch, chain)
  const hopeless = await knownToFail(base, members, course, world)
  if (!hopeless.ok || hopeless.value !== undefined) return hopeless
  const commits = [...new Set(members.map(({ commit }) => commit))]
  for (const commit of options.each === true ? commits : [chain.tip]) {
    const until = members.findLastIndex((member) => member.commit === commit)
    const apart = await proven({ base, commit, members: members.slice(0, until + 1) }, course, world)
    if (!apart.ok || apart.value !== undefined) return apart
  }
  return ok(undefined)
}

/** What was seen red of one alone needs no chain to be seen again. */
async function knownToFail(base: string, members: readonly Member[], course: Course, world: LandingWorld): Promise<Result<Apart | undefined>> {
  if (world.knownRed === undefined || members.length < 2) return ok(undefined)
  const evicted: Apart['evicted'][number][] = []
  for (const { candidate } of members) {
    if ((await world.knownRed(candidate.commit)).length === 0) continue
    const alone = await world.chain(base, [candidate])
    if (!alone.ok) return alone
    const red = (await world.knownRed(alone.value.tip)).filter(({ check }) => !course.excused.has(check))
    if (red.length === 0) continue
    const apart = await takeApart({ base, commit: alone.value.tip, members: [{ candidate, commit: alone.value.tip }], red }, world)
    if (!apart.ok) return apart
    for (const check of apart.value.flaky) course.flaky.add(check)
    evicted.push(...apart.value.evicted)
  }
  return ok(evicted.length === 0 ? undefined : { evicted, flaky: [] })
}

/** Judges a commit until nothing is left unjudged, or something must be taken apart. */
async function proven(site: Omit<RedChain, 'red'>, course: Course, world: LandingWorld): Promise<Result<Apart | undefined>> {
  let open: readonly TaskId[] | undefined
  do {
    const answer = await world.judge(site.commit, open)
    if (!answer.ok) return answer
    const [red, left] = [answer.value.red.filter(({ check }) => !course.excused.has(check)), answer.value.unjudged ?? []]
    if (open !== undefined && left.length >= open.length) return failed({ type: 'land.unjudged', what: `the gate did not judge ${left.join(', ')}` })
    open = left
    if (red.length === 0) continue
    const apart = await takeApart({ ...site, red }, world)
    if (!apart.ok) return apart
    for (const check of apart.value.flaky) course.flaky.add(check)
    if (apart.value.evicted.length > 0 || apart.value.redBase !== undefined) return ok(apart.value)
  } while (open.length > 0)
  return ok(undefined)
}

/** In the order of the chain, without those that the branch holds already. */
const membersOf = (base: string, batch: readonly Candidate[], chain: Chain): readonly Member[] =>
  batch.flatMap((candidate) => {
    const commit = chain.merged.get(candidate.id)
    return commit === undefined || commit === base ? [] : [{ candidate, commit }]
  })

/** Who fails leaves the chain: for good when it fails alone, else until it is known what became of the others. */
function smaller(course: Course, { evicted, redBase, mender }: Apart, options: LandingOptions): Failure | undefined {
  for (const one of evicted) {
    const { candidate, held } = one
    course.waiting = course.waiting.filter((other) => other !== candidate)
    if (held.beside.length > 0) course.aside = [...course.aside, one]
    else course.held.push({ id: candidate.id, held })
    if (course.first === candidate) delete course.first
  }
  if (redBase === undefined) {
    if (course.waiting.length === 0) reconsider(course)
    return undefined
  }
  if (options.redBase === 'allow') course.excused.add(redBase.check)
  else if (mender !== undefined && course.first === undefined) course.first = mender
  else holdAll(course, { ...broken(`the target branch itself is red: ${redBase.check}`, redBase.summary), check: redBase.check })
  return undefined
}

/** The branch holds the chain now: all of it has landed, and what conflicts with it is held. */
function settled(course: Course, chain: Chain, batch: readonly Candidate[]): undefined {
  delete course.first
  course.pointers.push(...(chain.pointers ?? []))
  for (const candidate of batch) {
    const [commit, conflict] = [chain.merged.get(candidate.id), chain.conflicts.get(candidate.id)]
    if (commit !== undefined) course.landed.push({ id: candidate.id, commit })
    else if (conflict !== undefined) course.held.push({ id: candidate.id, held: conflictHeld(conflict) })
    else course.held.push({ id: candidate.id, held: broken('it is missing in the chain of merges') })
  }
  course.waiting = course.waiting.filter((candidate) => !batch.includes(candidate))
  if (course.waiting.length === 0) reconsider(course)
}

/** Who stood aside because of others is held when all of those landed, and tried again when they did not. */
function reconsider(course: Course): void {
  const settledNow = course.aside.filter((one) => allLanded(course, one))
  course.waiting = course.aside.filter((one) => !settledNow.includes(one)).map(({ candidate }) => candidate)
  course.held.push(...settledNow.map(({ candidate, held }) => ({ id: candidate.id, held })))
  course.aside = []
}

const allLanded = (course: Course, { held }: Aside): boolean => held.beside.every((id) => course.landed.some((one) => one.id === id))

function holdAll(course: Course, held: Held): void {
  for (const one of course.aside) course.held.push({ id: one.candidate.id, held: allLanded(course, one) ? one.held : held })
  for (const candidate of course.waiting) course.held.push({ id: candidate.id, held })
  course.waiting = []
  course.aside = []
}

const conflictHeld = ({ files, beside }: { readonly files: readonly string[]; readonly beside: readonly string[] }): Held => ({
  reason: 'conflict',
  why: `${files.length === 1 ? (files[0] ?? '') : `${files.length} files`} cannot be merged with what ${beside.length === 0 ? 'the target branch holds' : 'landed before it'}`,
  beside,
  files,
})

const broken = (what: string, why?: string): Held => ({ reason: 'broken', why: why === undefined ? what : `${what}: ${why}`, beside: [], files: [] })
