/** `pawl agents run|plan|resume`: prompts that agents work on, what would become of them, and going on after a crash. */
import { text as textOfStream } from 'node:stream/consumers'
import { prepared, usualThreshold, type PreparedWork } from '../../../app/jobs/prepared.ts'
import { openPulls, readyForPulls, type PullMode } from '../../../app/jobs/pull-requests.ts'
import { runJobs } from '../../../app/jobs/run-jobs.ts'
import { findSite, type Site } from '../../../app/site.ts'
import type { Result } from '../../../model/failure.ts'
import type { Request } from '../../../model/request.ts'
import { answering } from '../../mcp/answering.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { withMonitoring } from '../job-reporters.ts'
import { canAsk } from '../question.ts'
import { gateOf } from '../gate-request.ts'
import { say, wantsJson } from '../say.ts'
import { askedPrompts } from '../asked-prompts.ts'
import { tellPulls } from '../tell-pulls.ts'
import { workWish } from '../work-wish.ts'
import { again } from './retry.ts'
import { tellNotes } from '../tell-notes.ts'

export async function agents(context: CommandContext): Promise<CommandEnd> {
  const [verb, ...names] = context.args.words
  if (verb === 'resume') return again(context, names)
  const gate = gateOf(context.args)
  if (!gate.ok) return gate
  return verb === 'plan' ? plan(context) : run(context, gate.value)
}

async function plan(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const work = await workIn(context, site.value)
  if (!work.ok) return work
  const { prompts, forecast, work: how, notes, onto } = work.value
  const { promptsPlanJson, promptsPlanText } = await import('../../reporters/prompts-plan.ts')
  const limits = { atOnce: how.parallel, timeoutMs: how.timeoutMs, budget: how.budget, total: how.total, threshold: usualThreshold }
  if (wantsJson(context)) say(promptsPlanJson(prompts, forecast, limits).trimEnd())
  else say(...promptsPlanText(prompts, forecast, limits), ...[onto, ...notes].map((note) => `note  ${safeLine(note)}`))
  return { code: 0 }
}

async function run(context: CommandContext, gate: Request): Promise<CommandEnd> {
  const { wholeRun } = await import('./whole-run.ts')
  const mode = pullMode(context.args.flags.get('pr'))
  let pulling: (() => Promise<CommandEnd | undefined>) | undefined
  const end = await wholeRun(context, gate, {
    async how(site, options) {
      const work = await workIn(context, site)
      if (!work.ok) return work
      const place = mode === undefined ? undefined : await readyForPulls(site)
      if (place?.ok === false) return place
      tellNotes(context, work.value.notes)
      const reporters = withMonitoring(site, work.value.work.monitoring, options.reporters)
      const checked = await runJobs(site, { ...options, ...work.value, answering, gate: options.request, reporters })
      // Who has cancelled wants nothing to leave the machine.
      if (checked.ok && mode !== undefined && place?.ok === true && checked.value.result.verdict !== 'cancelled')
        pulling = async () => tellPulls(context, await openPulls(site, place.value, mode, work.value.prompts, checked.value))
      return checked
    },
  })
  return (await pulling?.()) ?? end
}

const pullMode = (said: unknown): PullMode | undefined => (said === undefined ? undefined : said === 'each' ? 'each' : 'integration')

async function workIn(context: CommandContext, site: Site): Promise<Result<PreparedWork>> {
  const wish = workWish(context.args)
  if (!wish.ok) return wish
  const asked = await askedPrompts(context, site, { stdin: () => textOfStream(process.stdin), canAsk })
  return asked.ok ? prepared(site, asked.value, wish.value) : asked
}
