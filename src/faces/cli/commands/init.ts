/** `pawl init`: writes what is detected into a commented pawl.yaml; a second time changes nothing. */
import { planInit, writeInit, type InitPlan } from '../../../app/init.ts'
import { findSite } from '../../../app/site.ts'
import { palette } from '../../reporters/palette.ts'
import { safeBlock } from '../../reporters/safe-text.ts'
import { systemScreen } from '../../reporters/screen.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { detectedLines } from '../detected-lines.ts'
import { canAsk, questioner } from '../question.ts'
import { say, sayJson, wantsJson } from '../say.ts'
import { screenWish } from '../request.ts'

export async function init(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  if (context.args.flags.has('hooks')) return (await import('./init-hooks.ts')).initHooks(context, site.value)
  if (['workflow', 'vscode', 'alias'].some((name) => context.args.flags.has(name))) return (await import('./init-files.ts')).initFiles(context, site.value)
  const planned = await planInit(site.value)
  if (!planned.ok) return planned
  const { flags } = context.args
  const plan = planned.value
  const written = plan.existing === undefined && !flags.has('dry-run') && (await agreed(context, plan))
  if (written) {
    const saved = await writeInit(site.value, plan)
    if (!saved.ok) return saved
  }
  if (wantsJson(context)) {
    sayJson('init', {
      path: plan.path,
      written,
      exists: plan.existing !== undefined,
      same: plan.existing?.same ?? false,
      found: plan.detected.found,
      remarks: plan.detected.remarks,
      checks: plan.detected.checks,
      text: plan.text,
    })
    return { code: 0 }
  }
  const ink = palette(systemScreen(context.env, screenWish(context.args)).colour)
  if (flags.has('explain'))
    say(
      ...detectedLines({ detected: plan.detected, loaded: {} }, ink),
      '',
      ...Object.entries(plan.detected.checks).map(([name, check]) => `  ${name}: ${safeBlock(check.reason ?? '')}`),
    )
  if (flags.has('dry-run') && plan.existing === undefined) say(safeBlock(plan.text).trimEnd())
  say(outcome(plan, written, flags.has('dry-run')))
  return { code: 0 }
}

/** Without a terminal there is nobody to ask: writing a new file that was asked for is safe. */
async function agreed(context: CommandContext, plan: InitPlan): Promise<boolean> {
  if (context.args.flags.has('yes') || wantsJson(context) || !canAsk()) return true
  return questioner({})(`Write ${plan.path} with ${Object.keys(plan.detected.checks).length} checks?`)
}

function outcome(plan: InitPlan, written: boolean, dryRun: boolean): string {
  if (plan.existing?.same) return `${plan.existing.path} already holds exactly this; nothing was changed.`
  if (plan.existing !== undefined) return `${plan.existing.path} exists and was not changed. pawl init --explain shows what is detected now.`
  if (written) return `Wrote ${plan.path} with ${Object.keys(plan.detected.checks).length} checks. Next: pawl`
  return dryRun ? `(dry run: ${plan.path} was not written)` : 'Nothing was written.'
}
