/** `pawl rescue list|restore`: work of agents that was kept before something was removed or ended, and how it comes back. */
import { resolve } from 'node:path'
import { rescuedWork, restoredWork } from '../../../app/jobs/rescued-work.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { localStamp } from '../local-stamp.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'

export async function rescue(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  return context.args.words[0] === 'restore' ? restored(context, site.value) : listed(context, site.value)
}

async function listed(context: CommandContext, site: Site): Promise<CommandEnd> {
  const found = await rescuedWork(site)
  if (!found.ok) return found
  if (wantsJson(context)) sayJson('rescue', { rescues: found.value })
  else if (found.value.length === 0) say('Nothing was rescued.')
  else say(...columns(found.value.map(({ name, at, files, why }) => [name, localStamp(at), `${files} ${files === 1 ? 'file' : 'files'}`, why])))
  return { code: 0 }
}

async function restored(context: CommandContext, site: Site): Promise<CommandEnd> {
  const { words, flags } = context.args
  const [, name] = words
  const [branch, folder] = [flags.get('branch'), flags.get('to')]
  if (name === undefined) return { failures: [{ type: 'args.bad-value', what: 'pawl rescue restore needs a name', hint: 'pawl rescue list shows them.' }] }
  if ((branch === undefined) === (folder === undefined))
    return {
      failures: [{ type: 'args.conflict', what: 'pawl rescue restore needs --branch or --to, and not both', hint: 'Nothing that is there is overwritten.' }],
    }
  const into = branch === undefined ? { folder: resolve(context.cwd, String(folder)) } : { branch: String(branch) }
  const done = await restoredWork(site, name, into)
  if (!done.ok) return done
  const where = 'branch' in into ? `branch ${into.branch}` : into.folder
  if (wantsJson(context)) sayJson('rescue', { name, commit: done.value.commit, ...into })
  else say(`Restored ${safeLine(name)} to ${safeLine(where)}`)
  return { code: 0 }
}
