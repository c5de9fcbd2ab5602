/** `pawl`: the main job. Where nothing changed since the last green run it says so at once, and nothing else of pawl is even loaded. */
import { compareWithGreen } from '../../../app/baselines.ts'
import type { GreenAnswer } from '../../../model/baseline.ts'
import { durationText } from '../../../model/duration.ts'
import { countsText, savedText } from '../../reporters/counts-text.ts'
import { palette } from '../../reporters/palette.ts'
import { systemScreen } from '../../reporters/screen.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { requestOf, screenWish } from '../request.ts'

export async function run(context: CommandContext): Promise<CommandEnd> {
  const request = requestOf(context.args)
  if (!request.ok) return request
  const { answer, asked } = wantsEvents(context) ? {} : await compareWithGreen(context.cwd, context.env, request.value)
  if (answer !== undefined) return tell(answer, context)
  return (await import('./whole-run.ts')).wholeRun(context, request.value, asked === undefined ? {} : { asked })
}

/** These show or write what a whole run tells. */
const wantsEvents = ({ args, env }: CommandContext): boolean =>
  ['json', 'verbose', 'format', 'output'].some((flag) => args.flags.has(flag)) || env['GITHUB_ACTIONS'] === 'true'

function tell({ run: number, counts, savedMs }: GreenAnswer, { args, env }: CommandContext): CommandEnd {
  const screen = systemScreen(env, screenWish(args))
  const { bold, green, dim } = palette(screen.colour)
  // Since this process began.
  const headline = `${bold(green('passed'))}  ${countsText(counts)}; ${durationText(performance.now())}`
  const more = [`nothing changed since run ${number}`, ...savedText(savedMs)].map(dim)
  screen.write(`${[headline, ...(args.flags.has('quiet') ? [] : more)].join('\n')}\n`)
  return { code: 0 }
}
