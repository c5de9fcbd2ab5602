/** `pawl attach`: what the run of agents that is going on does, as its own terminal shows it, until it ends; with its exit code. */
import { writeSync } from 'node:fs'
import { attach as attachTo } from '../../../app/jobs/attach.ts'
import { goingRun } from '../../../app/jobs/cancel-jobs.ts'
import { exitCodes } from '../../../model/verdict.ts'
import { jsonLinesReporter } from '../../reporters/json-lines.ts'
import { jobsPlain } from '../../reporters/jobs-plain.ts'
import { shortPause, systemScreen, writerTo } from '../../reporters/screen.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { questionLine } from '../jobs-lines.ts'
import { screenWish } from '../request.ts'
import { wantsJson } from '../say.ts'
import { withState } from '../with-state.ts'

export async function attach(context: CommandContext): Promise<CommandEnd> {
  const { args, env } = context
  return withState(context, async (site, { store }) => {
    const run = goingRun(site, store)
    if (!run.ok) return run
    const screen = systemScreen(env, { ...screenWish(args), live: false })
    const isJson = wantsJson(context)
    const aside = writerTo((bytes, offset) => writeSync(2, bytes, offset), shortPause)
    const detail = args.flags.has('quiet') ? 'quiet' : args.flags.has('verbose') ? 'verbose' : 'normal'
    const verdict = await attachTo(site, store, run.value, {
      reporter: isJson ? jsonLinesReporter(screen.write) : jobsPlain(screen, detail),
      asked: (question) => (isJson ? aside : screen.write)(`${questionLine(question)}\n`),
    })
    if (verdict === 'lost' && !isJson) screen.write(`run ${run.value.number} was lost: its process ended without a word; pawl agents resume goes on with it\n`)
    return { code: exitCodes[verdict] }
  })
}
