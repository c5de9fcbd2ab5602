/** Pull requests for phases of a roadmap: opened after a run, or told before one. */
import { readyForPulls } from '../../app/jobs/pull-requests.ts'
import { ontoOf, openPhasePulls, phaseBranch, phasesToPush } from '../../app/roadmap/phase-pulls.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import type { Checked } from '../../app/perform.ts'
import type { Site } from '../../app/site.ts'
import { ok, type Result } from '../../model/failure.ts'
import type { Request } from '../../model/request.ts'
import { phaseKey } from '../../model/roadmap.ts'
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { roadmapFile } from './roadmap-file.ts'
import { say, wantsJson } from './say.ts'

/** Hands over what is whole and green. `after`: the run that has just ended, or what the gate is. */
export type HandOver = (after: { readonly checked: Checked } | { readonly gate: Request }) => Promise<HandedOver>

/** `isAny`: a pull request was opened or has new commits. `end`: how the command ends, when not as the run did. */
export type HandedOver = { readonly isAny: boolean; readonly end?: CommandEnd }

/** Asked before anything is spent. Undefined: it is not wished. */
export async function readyToHandOver(context: CommandContext, site: Site): Promise<Result<HandOver | undefined>> {
  if (!context.args.flags.has('pr')) return ok(undefined)
  const place = await readyForPulls(site)
  if (!place.ok) return place
  return ok(async (after) => {
    const opened = await openPhasePulls(site, place.value, roadmapFile(context, site), after)
    if (!opened.ok) return { isAny: false, end: opened }
    const { pulls, failures, left } = opened.value
    // One line, after the events.
    if (wantsJson(context)) say(JSON.stringify({ v: 1, kind: 'pull-requests', ...opened.value }))
    else
      say(
        ...pulls.map(({ state, url, branch }) => `pull request ${state}: ${safeLine(url)} (${safeLine(branch)})`),
        ...left.map(({ phase, why }) => `phase ${safeLine(phase)} is not pushed: ${safeLine(why)}`),
      )
    return { isAny: pulls.length > 0, ...(failures.length === 0 ? {} : { end: { failures } }) }
  })
}

export type WouldPush = { readonly phase: string; readonly branch?: string; readonly commit?: string; readonly text: string }

/** `stages`: ids of those that a run would judge; `onto`: where it would land. Nobody is asked. */
export async function wouldPush(
  context: CommandContext,
  site: Site,
  stages: readonly string[],
  onto: string | undefined,
): Promise<Result<readonly WouldPush[]>> {
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  return ok(
    phasesToPush(found.value).map(({ phase, passed, lacks }): WouldPush => {
      const { id } = phase
      const branch = phaseBranch(ontoOf(found.value, phase, onto), phase)
      if (passed !== undefined) {
        const { commit, run } = passed
        return { phase: id, branch, commit, text: `phase ${id} would be pushed as ${branch} at ${commit.slice(0, 9)}, where its gate passed in run ${run}` }
      }
      if (stages.includes(phaseKey(phase))) return { phase: id, branch, text: `phase ${id} would be pushed as ${branch} when its gate passes` }
      return { phase: id, text: `phase ${id} would not be pushed: ${lacks}` }
    }),
  )
}
