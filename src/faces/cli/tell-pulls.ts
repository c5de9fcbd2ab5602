/** Tells which pull requests there are now; trouble with one of them is how the command ends. */
import type { Pulls } from '../../app/jobs/pull-requests.ts'
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { say, wantsJson } from './say.ts'

/** Undefined: nothing more is to be said about how it ended. */
export function tellPulls(context: CommandContext, { pulls, failures }: Pulls): CommandEnd | undefined {
  // One line, after the events.
  if (wantsJson(context)) say(JSON.stringify({ v: 1, kind: 'pull-requests', pulls, failures }))
  else if (pulls.length === 0 && failures.length === 0) say('No pull request: nothing landed.')
  else say(...pulls.map(({ state, url, branch }) => `pull request ${state}: ${safeLine(url)} (${safeLine(branch)})`))
  return failures.length === 0 ? undefined : { failures }
}
