/** `pawl status`: the last run, and what is proven for the files as they are now. Runs nothing and waits for nobody. */
import { lockHolder } from '../../../app/lock-holder.ts'
import { findSite } from '../../../app/site.ts'
import { readState } from '../../../app/state.ts'
import { localStamp } from '../../reporters/run-log.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { lastRunHere } from '../last-run.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'
import { lookAhead } from './plan.ts'

export async function status(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const state = await readState(site.value)
  if (!state.ok) return state
  const last = lastRunHere(state.value.store, site.value.root)
  state.value.close()
  const looked = await lookAhead(context, site.value)
  if (!looked.ok) return looked
  const { planned, previews } = looked.value
  const holder = lockHolder(site.value)
  const rows = planned.plan.order.map((id) => ({
    check: id,
    stage: planned.plan.tasks.get(id)?.task.stage ?? '',
    proven: previews.get(id)?.would === 'reuse',
    why: previews.get(id)?.why ?? '',
  }))
  const proven = rows.filter((row) => row.proven).length
  if (wantsJson(context)) {
    sayJson('status', { lastRun: last ?? null, running: holder ?? null, proven, total: rows.length, checks: rows, skips: planned.plan.skips })
    return { code: 0 }
  }
  say(
    last === undefined
      ? 'No run of this checkout yet.'
      : `Last run: ${last.number}, ${last.verdict ?? 'unfinished'}, ${localStamp(last.startedAt)}, ${safeLine(last.command)}`,
  )
  if (holder !== undefined) say(holder.pid === 0 ? 'Running now: a process that has just begun' : `Running now: process ${holder.pid}, ${safeLine(holder.command)}`)
  say(
    `Proven for the files as they are now: ${proven} of ${rows.length} checks`,
    ...columns(rows.map((row) => [row.proven ? '  proven' : '  open', row.check, row.why])),
  )
  if (proven < rows.length && holder === undefined) say('Next: pawl runs what is open; pawl why CHECK says more.')
  return { code: 0 }
}
