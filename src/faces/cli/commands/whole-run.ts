/** A whole run with its reporters, its signals and its exit code. */
import { isatty } from 'node:tty'
import type { Comparison } from '../../../app/baselines.ts'
import type { CheckOptions } from '../../../app/begun.ts'
import { check } from '../../../app/check.ts'
import type { Checked, Started } from '../../../app/perform.ts'
import { findSite, type Site } from '../../../app/site.ts'
import type { Request } from '../../../model/request.ts'
import { newCancellation } from '../../../model/cancellation.ts'
import type { Result } from '../../../model/failure.ts'
import { endingOf } from '../../../model/tally.ts'
import { exitCodes, isGreen } from '../../../model/verdict.ts'
import type { Arguments } from '../command.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { commandText } from '../command-text.ts'
import { canAsk, questioner } from '../question.ts'
import { tellWait } from '../tell-wait.ts'
import { showFailures } from '../show-failures.ts'
import { reportersFor, type Views } from '../views.ts'
import { catchSignals } from '../signals.ts'
import { safeLine } from '../../reporters/safe-text.ts'

export type RunWish = {
  /** Decides otherwise what is checked. */
  readonly how?: (site: Site, options: CheckOptions) => Promise<Result<Checked>>
  /** From the comparison with the last green run. */
  readonly asked?: NonNullable<Comparison['asked']>
}

export async function wholeRun(context: CommandContext, request: Request, { how = check, asked }: RunWish = {}): Promise<CommandEnd> {
  const { args, env } = context
  const site = await findSite(context.cwd, env, asked)
  if (!site.ok) return site
  const cancellation = newCancellation()
  const signals = catchSignals(cancellation, site.value)
  let views: Views | undefined
  try {
    const checked = await how(site.value, {
      request,
      command: commandText(args),
      cancellation,
      ask: questioner({ pause: () => views?.pause() ?? (() => undefined), cancellation }),
      canAsk: canAsk() && !args.flags.has('json'),
      onWait: tellWait,
      reporters: async (started: Started) => {
        views = await reportersFor(site.value, started, args, env)
        return views.reporters
      },
    })
    if (!checked.ok && signals.caught() !== undefined) {
      if (args.flags.has('json')) showFailures(checked.failures, { env, json: true })
      // The terminal has just shown ^C on this line.
      else console.error(`${isatty(2) ? '\n' : ''}pawl: cancelled; nothing was started`)
      return { code: signals.exitCode() }
    }
    if (!checked.ok) return checked
    return await finish(site.value, args, checked.value, signals.caught() === undefined ? undefined : signals.exitCode())
  } finally {
    views?.released(site.value.clock.now())
    signals.release()
  }
}

async function finish(site: Site, args: Arguments, checked: Checked, signalled: number | undefined): Promise<CommandEnd> {
  const wanted = args.flags.has('format') || args.flags.has('output')
  const problems = wanted ? await (await import('../write-findings.ts')).writeFindings(site.cwd, args, checked, checked.events) : []
  if (problems.length > 0) return { failures: problems }
  if (checked.lateNotes.length > 0) showFailures(checked.lateNotes, { env: site.env, json: false })
  await persistIfAsked(site, args, checked)
  const { verdict = 'lost' } = checked.result
  // Who reads the output of pawl in place of its exit code must not take half of it for a green run.
  const isCut = checked.lateNotes.some(({ type }) => type === 'report.unwritten')
  return { code: signalled ?? (isCut && verdict === 'passed' ? 2 : exitCodes[verdict]) }
}

async function persistIfAsked(site: Site, args: Arguments, checked: Checked): Promise<void> {
  const { settings, plan } = checked.planned
  const fine = plan.order.some((id) => isGreen(endingOf(checked.result, id)))
  if (!settings.persist || settings.dryRun || !fine) return
  const { persist } = await import('../../../app/persist.ts')
  const done = await persist(site)
  const lines = done.ok ? done.value : done.failures.map((failure) => failure.what)
  if (!args.flags.has('json')) for (const line of lines) console.log(safeLine(line))
}
