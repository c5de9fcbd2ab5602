/** Pull requests for phases: each whose gate has passed is pushed as a branch of its own, upon that of the phase before. What is not whole or not green stays here, and that is told. */
import { finishedPhases, type PhaseEnd } from '../../engine/finished-phases.ts'
import type { PassedGate } from '../../engine/owed-gates.ts'
import { contains } from '../../host/advance-branch.ts'
import type { Repository } from '../../host/repository.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Request } from '../../model/request.ts'
import type { RoadmapPhase } from '../../model/roadmap.ts'
import { hubOf, type Hub } from '../jobs/hub.ts'
import { openPull, pullsOf, type KnownPull, type PullAsking } from '../jobs/open-pull.ts'
import { ownBranch } from '../jobs/landing-branch.ts'
import { changedSince, type Pull, type PullPlace } from '../jobs/pull-requests.ts'
import { repositoryOf } from '../jobs/repository-of.ts'
import type { Checked } from '../perform.ts'
import { planFor } from '../planned.ts'
import { redactionOf } from '../redacted.ts'
import type { Site } from '../site.ts'
import { phaseBody, phaseTitle } from './phase-pull-text.ts'
import { standingsHere, type StandingsHere } from './standings-here.ts'

/** `prompts` of a pull are the tasks of its phase. */
export type PhasePulls = {
  readonly pulls: readonly Pull[]
  readonly failures: readonly Failure[]
  readonly left: readonly { readonly phase: string; readonly why: string }[]
}

/** Below none that lands: git cannot have a branch within the name of another. */
export const phaseBranch = (onto: string, { id }: Pick<RoadmapPhase, 'id'>): string =>
  `pawl/${onto.replace(/^pawl\//, '').replaceAll('/', '-')}-phase-${id.replaceAll(/[^\w.-]+|\.{2,}|^\.|\.$/g, '-')}`

/** What would be pushed as things stand now. Nobody is asked. */
export const phasesToPush = (found: StandingsHere): readonly PhaseEnd[] => finishedPhases(found.here.roadmap, found.standings, found.journal)

type Below = { readonly branch: string; readonly commit: string }
type Course = { readonly asking: PullAsking; readonly hub: Hub; readonly found: StandingsHere }
type Step = { readonly pull?: Pull; readonly failures?: readonly Failure[]; readonly left?: string; readonly isOpen: boolean }

/** `after`: a run that has just ended; else what is the gate, for its secrets. */
export async function openPhasePulls(
  site: Site,
  place: PullPlace,
  named: string | undefined,
  after: { readonly checked: Checked } | { readonly gate: Request },
): Promise<Result<PhasePulls>> {
  const refused = 'checked' in after ? await changedSince(site, place, after.checked) : undefined
  if (refused !== undefined) return ok({ pulls: [], failures: [refused], left: [] })
  const found = await standingsHere(site, named)
  if (!found.ok) return found
  const planned = 'checked' in after ? ok(after.checked.planned) : await planFor(site, after.gate)
  if (!planned.ok) return planned
  const hub = hubOf(site, place.remote, 'checked' in after ? after.checked.run : (found.value.journal.runs.at(-1)?.run ?? 0))
  if ('type' in hub) return failed(hub)
  const redaction = redactionOf(site, planned.value)
  const asking = { repository: repositoryOf(site), place, hub, clean: (text: string) => redaction.text(text) }
  return ok(await allHandedOver({ asking, hub, found: found.value }))
}

async function allHandedOver(course: Course): Promise<PhasePulls> {
  const { asking, found } = course
  const [pulls, failures, left]: [Pull[], Failure[], { phase: string; why: string }[]] = [[], [], []]
  let below: Below | undefined
  for (const { phase, passed, lacks } of phasesToPush(found)) {
    if (passed === undefined) {
      left.push({ phase: phase.id, why: lacks })
      continue
    }
    const upon = await builtUpon(asking.repository, passed, below)
    const step = await handedOver(course, phase, passed, upon)
    if (step.pull !== undefined) pulls.push(step.pull)
    failures.push(...(step.failures ?? []))
    if (step.left !== undefined) left.push({ phase: phase.id, why: step.left })
    if (step.isOpen) below = { branch: phaseBranch(ontoOf(found, phase), phase), commit: passed.commit }
  }
  return { pulls, failures, left }
}

/** Where it landed last, else where all of it would land. */
export function ontoOf({ standings }: Pick<StandingsHere, 'standings'>, { groups }: RoadmapPhase, usual: string = ownBranch): string {
  const landed = groups.flatMap(({ tasks }) =>
    tasks.flatMap(({ id }) => {
      const standing = standings.get(id)?.standing
      return standing?.kind === 'landed' ? [standing] : []
    }),
  )
  return landed.toSorted((a, b) => a.at - b.at).at(-1)?.onto ?? usual
}

/** The branch before it, if it holds that. */
const builtUpon = async (repository: Repository, { commit }: PassedGate, below: Below | undefined): Promise<string | undefined> =>
  below !== undefined && (await contains(repository, commit, below.commit)) ? below.branch : undefined

async function handedOver({ asking, hub, found }: Course, phase: RoadmapPhase, passed: PassedGate, upon: string | undefined): Promise<Step> {
  const branch = phaseBranch(ontoOf(found, phase), phase)
  const known = (await pullsOf(hub, branch)).find(({ commit }) => commit === passed.commit)
  if (known !== undefined) return { left: offeredText(known), isOpen: known.state === 'open' }
  const { here, standings, journal } = found
  const body = phaseBody({ file: here.roadmap.file, phase, passed, standings, journal, ...(upon === undefined ? {} : { upon }) })
  const made = await openPull(asking, { branch, commit: passed.commit, base: upon ?? asking.place.base, title: phaseTitle(phase), body })
  if (!made.ok) return { failures: made.failures, isOpen: false }
  return { pull: { ...made.value, prompts: phase.groups.flatMap(({ tasks }) => tasks.map(({ id }) => id)) }, isOpen: true }
}

/** What a person has closed is not opened again. */
const offeredText = ({ url, state }: KnownPull): string => (state === 'open' ? `${url} holds all of it already` : `${url} held it, and was ${state}`)
