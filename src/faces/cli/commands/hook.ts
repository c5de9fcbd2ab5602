/** `pawl hook NAME`: what the git hooks start that `pawl init --hooks` writes. */
import { beforeCommit, beforePush, pushedOf, type Hooked } from '../../../app/hook.ts'
import { ok, type Failure, type Result } from '../../../model/failure.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { ownProgram } from '../../../app/own-program.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import { requestOf } from '../request.ts'
import { wholeRun, type RunWish } from './whole-run.ts'

export async function hook(context: CommandContext): Promise<CommandEnd> {
  const end = context.args.words[0] === 'pre-push' ? await push(context) : await commit(context)
  return settled(end, context)
}

const commit = (context: CommandContext): Promise<CommandEnd> =>
  runBy(context, async (site, options) => told(await beforeCommit(site, options, ownProgram()), context))

async function push(context: CommandContext): Promise<CommandEnd> {
  const pushed = pushedOf(await standardInput())
  if (!pushed.ok) return pushed
  // Two branches may hold the same files.
  for (const one of new Map(pushed.value.map((each) => [each.commit, each])).values()) {
    const end = await runBy(context, async (site, options) => told(await beforePush(site, options, one, ownProgram()), context))
    if (!('code' in end) || end.code !== 0) return end
  }
  return { code: 0 }
}

async function runBy(context: CommandContext, how: NonNullable<RunWish['how']>): Promise<CommandEnd> {
  const request = requestOf(context.args)
  return request.ok ? wholeRun(context, request.value, { how }) : request
}

async function standardInput(): Promise<string> {
  const { text } = await import('node:stream/consumers')
  return text(process.stdin)
}

function told(hooked: Result<Hooked>, context: CommandContext) {
  if (!hooked.ok) return hooked
  const { checked, staged, unstamped } = hooked.value
  if (staged.length > 0) console.error(`pawl: mended and staged again: ${staged.map(safeLine).join(', ')}`)
  if (unstamped !== undefined && context.args.flags.has('verbose')) console.error(`pawl: the next hook checks anew: ${safeLine(unstamped)}`)
  return ok(checked)
}

/** A commit of files that no check knows is let through, and said to be unchecked; anything else that is not green stops it. */
function settled(end: CommandEnd, context: CommandContext): CommandEnd {
  if ('failures' in end && end.failures.every(isUnconcerned)) {
    console.error('pawl: nothing was checked: no check concerns what is staged')
    return { code: 0 }
  }
  if ('code' in end && end.code === 0) return end
  const verb = context.args.words[0] === 'pre-push' ? 'push' : 'commit'
  console.error(`pawl: stopped the ${verb}; once without checks: git ${verb} --no-verify`)
  return end
}

const isUnconcerned = (failure: Failure): boolean => failure.type === 'plan.unconcerned'
