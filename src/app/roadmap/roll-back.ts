/** Takes back what landed of a roadmap: reverts upon the branch that it landed on, judged by the gate like any work, and moved there by landing. No user's branch is ever reset. */
import { workOf } from '../../config/work.ts'
import { isSelected, unknownIn } from '../../engine/roadmap-work.ts'
import { revertChain, type ToRevert } from '../../host/revert-chain.ts'
import type { Happening } from '../../model/event.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { JobFact } from '../../model/job.ts'
import type { Prompt } from '../../model/prompt.ts'
import type { WorkWish } from '../../model/request.ts'
import { tasksOf, type PlacedTask } from '../../model/roadmap.ts'
import type { Standing, TakenBack } from '../../model/roadmap-standing.ts'
import type { CheckOptions } from '../begun.ts'
import { landingBranch } from '../jobs/landing-branch.ts'
import { repositoryOf } from '../jobs/repository-of.ts'
import { runJobs, type JobsOptions } from '../jobs/run-jobs.ts'
import type { Checked } from '../perform.ts'
import type { Site } from '../site.ts'
import type { RoadmapSelection } from './prepared-roadmap.ts'
import type { StandingsHere } from './standings-here.ts'

type Landed = Extract<Standing, { kind: 'landed' }>
export type ToTakeBack = { readonly task: PlacedTask; readonly landed: Landed }

/** Newest first. What did not land is left out; that nothing did is a Failure. */
export function toTakeBack({ here, standings }: StandingsHere, selection: RoadmapSelection): Result<readonly ToTakeBack[]> {
  const { roadmap } = here
  const unknown = unknownIn(roadmap, selection)
  if (unknown.length > 0) return failed(...unknown)
  const found = tasksOf(roadmap).flatMap((task) => {
    const standing = standings.get(task.task.id)?.standing
    return isSelected(task, selection) && standing?.kind === 'landed' ? [{ task, landed: standing }] : []
  })
  if (found.length > 0) return ok(found.toSorted((a, b) => b.landed.at - a.landed.at))
  return failed({
    type: 'roadmap.idle',
    what: 'nothing that was named has landed by pawl',
    kept: 'nothing was taken back',
    hint: 'pawl roadmap status shows what has landed; what is marked by hand is taken back with pawl roadmap reset.',
  })
}

const promptId = 'rollback'

/** `command`, `gate` and so on as for a run. What does not pass the gate is not taken back. */
export async function rollBack(
  site: Site,
  found: StandingsHere,
  asked: readonly ToTakeBack[],
  { gate, wish, ...options }: Omit<CheckOptions, 'request'> & Pick<JobsOptions, 'gate' | 'answering'> & { readonly wish: WorkWish },
): Promise<Result<Checked>> {
  const branches = [...new Set(asked.map(({ landed }) => landed.onto))]
  const [onto] = branches
  if (onto === undefined || branches.length > 1)
    return failed({
      type: 'roadmap.invalid',
      what: `what was named landed on several branches: ${branches.join(', ')}`,
      hint: 'Take back what is on one of them at a time.',
    })
  const prompt = promptOf(found, asked)
  // What is pawl's own is named by nobody; a branch of the user's is only moved when he says so.
  const isOwn = onto.startsWith('pawl/')
  if (!isOwn && wish.onto !== onto)
    return failed({
      type: 'roadmap.invalid',
      what: `what was named landed on ${onto}, which is no branch of pawl`,
      kept: 'nothing was taken back',
      hint: `Say so with --onto ${onto}.`,
    })
  const work = workOf({ ...wish, ...(isOwn ? {} : { onto }) }, found.here.loaded, [prompt], site.platform)
  if (!work.ok) return work
  const branch = await landingBranch(repositoryOf(site), work.value.onto)
  if (!branch.ok) return branch
  const back = await revertChain(repositoryOf(site), branch.value.commit, asked.map(toRevert), site.stateFolder)
  if (!back.ok) return back
  const commit: JobFact = { kind: 'committed', commit: back.value.at(-1) ?? branch.value.commit, tree: '', files: 0 }
  // Told before anything moves, so that nobody takes for landed what is reverted.
  const told: Happening = { type: 'roadmap.reverted', file: found.here.roadmap.file, tasks: asked.map((one, i) => takenBack(one, back.value[i] ?? '')) }
  const forecast = { touches: new Map(), clashes: [], lanes: [[prompt.id]] }
  return runJobs(site, { ...options, gate, prompts: [prompt], forecast, work: work.value, known: new Map([[prompt.id, [commit]]]), told: [told] })
}

const takenBack = ({ task: { task }, landed }: ToTakeBack, by: string): TakenBack => ({
  id: task.id,
  title: task.title,
  digest: task.digest,
  commit: landed.commit,
  by,
})

const toRevert = ({ task: { task }, landed }: ToTakeBack): ToRevert => ({
  commit: landed.commit,
  message: `Revert "${task.id}: ${task.title}"\n\nIt landed as ${landed.commit} in run ${landed.run} of pawl, and was taken back by pawl roadmap rollback.\n`,
})

function promptOf({ here }: StandingsHere, asked: readonly ToTakeBack[]): Prompt {
  const names = asked.map(({ task }) => task.task.id)
  const title = `Take back ${names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')}`
  return { id: promptId, title, text: title, dependsOn: [], priority: 0, place: { file: here.roadmap.file } }
}
