/** `pawl cache stats|clear|prune|verify`: the stored results. */
import { onCache, type CacheWish } from '../../../app/cache.ts'
import { findSite } from '../../../app/site.ts'
import { tellWait } from '../tell-wait.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'

export async function cache(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const [verb = 'stats', task] = context.args.words
  const size = context.args.flags.get('max-size')
  const age = context.args.flags.get('older-than')
  const wish: CacheWish = {
    verb: verb as CacheWish['verb'],
    ...(task === undefined ? {} : { task }),
    ...(typeof size === 'string' ? { maxSize: size } : {}),
    ...(typeof age === 'number' ? { maxAgeMs: age } : {}),
  }
  const done = await onCache(site.value, wish, tellWait)
  if (!done.ok) return done
  const { facts, lines, damaged } = done.value
  if (wantsJson(context)) sayJson('cache', { verb, ...facts })
  else say(...columns(lines))
  return { code: damaged ? 1 : 0 }
}
