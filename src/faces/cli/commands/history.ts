/** `pawl history`: the last runs, newest first. */
import { findSite } from '../../../app/site.ts'
import { readState } from '../../../app/state.ts'
import { durationText } from '../../../model/duration.ts'
import type { RunRecord } from '../../../model/store.ts'
import { localStamp } from '../local-stamp.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'

const usualLimit = 20

export async function history(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const state = await readState(site.value)
  if (!state.ok) return state
  const limit = context.args.flags.get('limit')
  const runs = state.value.store.runs(typeof limit === 'number' ? limit : usualLimit)
  state.value.close()
  if (wantsJson(context)) sayJson('history', { runs })
  else if (runs.length === 0) say('No run yet. Type: pawl')
  else say(...columns(runs.map((run) => row(run, site.value.root))))
  return { code: 0 }
}

/** Runs of another linked worktree say where they were. */
function row(run: RunRecord, root: string): string[] {
  const took = run.finishedAt === undefined ? '' : durationText(run.finishedAt - run.startedAt)
  return [
    String(run.number),
    localStamp(run.startedAt),
    run.verdict ?? 'unfinished',
    took,
    run.branch ?? '',
    `${run.command}${run.root === root ? '' : `  (in ${run.root})`}`,
  ]
}
