/** `pawl plan`: what would run and why, as text, JSON, Mermaid or DOT. */
import type { Planned } from '../../../app/draft.ts'
import { planFor } from '../../../app/planned.ts'
import { previewsOf } from '../../../app/previews.ts'
import { redactionOf } from '../../../app/redacted.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { stateForPlans } from '../../../app/state.ts'
import { causeText } from '../../../model/cause.ts'
import type { Result } from '../../../model/failure.ts'
import { ok } from '../../../model/failure.ts'
import { runName } from '../../../model/run-name.ts'
import type { TaskId } from '../../../model/task.ts'
import { palette } from '../../reporters/palette.ts'
import { planDot } from '../../reporters/plan-dot.ts'
import { planJson } from '../../reporters/plan-json.ts'
import { planMermaid } from '../../reporters/plan-mermaid.ts'
import { planText } from '../../reporters/plan-text.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import { systemScreen } from '../../reporters/screen.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { detectedLines } from '../detected-lines.ts'
import { requestOf } from '../request.ts'
import { screenWish } from '../request.ts'

export type Shown = { readonly would: 'run' | 'reuse'; readonly why: string }

export async function plan(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const looked = await lookAhead(context, site.value)
  if (!looked.ok) return looked
  const { planned, previews } = looked.value
  const screen = systemScreen(context.env, screenWish(context.args))
  const format = context.args.flags.has('json') ? 'json' : (context.args.flags.get('format') ?? 'text')
  const ink = palette(screen.colour)
  const text =
    format === 'json'
      ? planJson(planned.plan, previews)
      : format === 'mermaid'
        ? planMermaid(planned.plan, previews)
        : format === 'dot'
          ? planDot(planned.plan, previews)
          : [...detectedLines(planned, ink), ...planned.notes.map(safeLine), planText(planned.plan, previews, ink)].join('\n')
  screen.write(text.endsWith('\n') ? text : `${text}\n`)
  return { code: 0 }
}

/** The plan, and for each check whether it would run. */
export async function lookAhead(context: CommandContext, site: Site): Promise<Result<{ planned: Planned; previews: ReadonlyMap<TaskId, Shown> }>> {
  const request = requestOf(context.args)
  if (!request.ok) return request
  const state = await stateForPlans(site)
  if (!state.ok) return state
  try {
    const planned = await planFor(site, request.value, state.value.store)
    if (!planned.ok) return planned
    const seen = await previewsOf(site, planned.value, state.value.cache)
    const previews = new Map(
      [...seen].map(([id, preview]): [TaskId, Shown] => [
        id,
        preview.would === 'reuse' ? { would: 'reuse', why: `proven by ${runName(preview.from.run)}` } : { would: 'run', why: causeText(preview.cause) },
      ]),
    )
    const shown = redactionOf(site, planned.value).plan(planned.value.plan)
    return ok({ planned: { ...planned.value, plan: shown }, previews })
  } finally {
    state.value.close()
  }
}
