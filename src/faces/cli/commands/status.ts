/** `pawl status`: the last run, and what is proven for the files as they are now. Runs nothing and waits for nobody. */
import { lockHolder } from '../../../app/lock-holder.ts'
import { planFor } from '../../../app/planned.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { readState } from '../../../app/state.ts'
import { ok, type Failure } from '../../../model/failure.ts'
import { localStamp } from '../local-stamp.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { lastRunHere } from '../last-run.ts'
import { requestOf } from '../request.ts'
import { showFailures } from '../show-failures.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'
import { lookAhead } from './plan.ts'

export async function status(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const state = await readState(site.value)
  if (!state.ok && state.failures[0]?.type !== 'store.newer') return state
  const last = state.ok ? lastRunHere(state.value.store, site.value.root) : undefined
  if (state.ok) state.value.close()
  const looked = state.ok ? await lookAhead(context, site.value) : await withoutState(context, site.value, state.failures)
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
      ? `${state.ok ? 'No run' : 'No readable run'} of this checkout yet.`
      : `Last run: ${last.number}, ${last.verdict ?? 'unfinished'}, ${localStamp(last.startedAt)}, ${safeLine(last.command)}`,
  )
  if (holder !== undefined)
    say(holder.pid === 0 ? 'Running now: a process that has just begun' : `Running now: process ${holder.pid}, ${safeLine(holder.command)}`)
  say(
    `Proven for the files as they are now: ${proven} of ${rows.length} checks`,
    ...columns(rows.map((row) => [row.proven ? '  proven' : '  open', row.check, row.why])),
  )
  if (proven < rows.length && holder === undefined) say('Next: pawl runs what is open; pawl why CHECK says more.')
  return { code: 0 }
}

/** What a newer pawl has proven cannot be read here; what is configured, and who is at work, can. */
async function withoutState(context: CommandContext, site: Site, failures: readonly Failure[]): Promise<ReturnType<typeof lookAhead>> {
  const request = requestOf(context.args)
  if (!request.ok) return request
  const planned = await planFor(site, request.value)
  if (!planned.ok) return planned
  if (!wantsJson(context)) showFailures(failures, { env: context.env, json: false })
  const why = 'not known: the state is that of a newer pawl'
  return ok({ planned: planned.value, previews: new Map(planned.value.plan.order.map((id) => [id, { would: 'run', why }])) })
}
