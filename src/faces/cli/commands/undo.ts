/** `pawl undo [RUN]`: takes back what the fixes of a run changed, or what --persist wrote. */
import { removePersisted } from '../../../app/persist.ts'
import { findSite } from '../../../app/site.ts'
import { undo as takeBack } from '../../../app/undo.ts'
import { tellWait } from '../tell-wait.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { say, sayJson, wantsJson } from '../say.ts'

export async function undo(context: CommandContext): Promise<CommandEnd> {
  const dryRun = context.args.flags.has('dry-run')
  if (context.args.flags.has('remove')) return removed(context, dryRun)
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const [word] = context.args.words
  if (word !== undefined && !/^\d+$/.test(word))
    return { failures: [{ type: 'args.bad-value', what: `'${word}' is not the number of a run`, hint: 'pawl history lists them.' }] }
  const undone = await takeBack(site.value, word === undefined ? undefined : Number(word), dryRun, tellWait)
  if (!undone.ok) return undone
  const { run, restored, derived } = undone.value
  if (wantsJson(context)) {
    sayJson('undo', { run, dryRun, restored, notTakenBack: derived })
    return { code: 0 }
  }
  say(
    `${dryRun ? 'Would take back' : 'Took back'} what run ${run} changed in ${restored.length} file${restored.length === 1 ? '' : 's'}:`,
    ...restored.map((path) => `  ${path}`),
  )
  if (derived.length > 0) say(`Not taken back (derived, ignored by git): ${derived.join(', ')}`)
  return { code: 0 }
}

async function removed(context: CommandContext, dryRun: boolean): Promise<CommandEnd> {
  const done = await removePersisted(context.env, dryRun)
  if (!done.ok) return done
  if (wantsJson(context)) sayJson('undo', { dryRun, profiles: done.value })
  else
    say(
      done.value.length === 0
        ? 'pawl has written nothing into a shell profile.'
        : `${dryRun ? 'Would remove' : 'Removed'} what pawl wrote into ${done.value.join(', ')}`,
    )
  return { code: 0 }
}
