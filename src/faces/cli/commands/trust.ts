/** `pawl trust [FILE…]`: settings for programs of agents that this repository brings, what they would run, and the yes of a person to their content. */
import { approve, revoke, trustOf, type Trust } from '../../../app/trust.ts'
import { trustHere } from '../../../app/trust-here.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { shortDigest, type AgentSetting } from '../../../model/agent-settings.ts'
import type { Failure } from '../../../model/failure.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { localStamp } from '../local-stamp.ts'
import { canAsk, questioner } from '../question.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'

export async function trust(context: CommandContext): Promise<CommandEnd> {
  const { flags, words } = context.args
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  if (flags.has('list') && flags.has('revoke')) return { failures: [{ type: 'args.conflict', what: '--list and --revoke contradict each other' }] }
  if (flags.has('list')) return listed(context, site.value)
  if (flags.has('revoke')) return revoked(context, site.value, words.map(withoutDot))
  return shown(context, site.value, words.map(withoutDot))
}

const withoutDot = (word: string): string => word.replace(/^\.\//, '').replace(/\/$/, '')

async function shown(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const here = await trustHere(site)
  if (!here.ok) return here
  const { trust, settings } = here.value
  if (trust.trouble !== undefined) return { failures: [trust.trouble] }
  const unknown = words.filter((word) => !settings.some(({ path }) => isNamed(path, word)))
  if (unknown.length > 0) return { failures: unknown.map(nothingThere) }
  const named = settings.filter(({ path }) => words.length === 0 || words.some((word) => isNamed(path, word)))
  const open = named.filter((one) => !trust.isApproved(one))
  const isJson = wantsJson(context)
  if (!isJson) say(...(named.length === 0 ? ['This repository brings no settings for agents.'] : named.flatMap((one) => linesOf(one, trust))))
  const isAsked = open.length > 0 && !context.args.flags.has('yes')
  if (isAsked && (isJson || !canAsk())) {
    if (isJson) sayJson('trust', { settings: named.map((one) => plain(one, trust)) })
    return isJson ? { code: 0 } : { failures: [nobodyThere] }
  }
  const isMeant = !isAsked || (await questioner({})(`Approve of ${open.length === 1 ? 'this content' : `these ${open.length} contents`}?`))
  const approved = open.length === 0 || !isMeant ? undefined : await approve(site, open)
  if (approved?.ok === false) return approved
  if (isJson) sayJson('trust', { settings: named.map((one) => plain(one, trustOf(site))) })
  else if (approved !== undefined) say(`Approved of ${approved.value}. When a content changes, it is off again.`)
  return { code: isMeant ? 0 : 1 }
}

const isNamed = (path: string, word: string): boolean => path === word || path.startsWith(`${word}/`)

function linesOf(setting: AgentSetting, trust: Trust): readonly string[] {
  const { path, kinds, digest, says } = setting
  const state = trust.isApproved(setting) ? 'approved' : 'not approved'
  const what = digest === undefined ? 'not readable as a whole' : shortDigest(digest)
  return [`${state}  ${safeLine(path)}  ${what}  for ${kinds.join(', ')}`, ...says.map((line) => `  ${safeLine(line)}`)]
}

const plain = (setting: AgentSetting, trust: Trust) => ({ ...setting, digest: setting.digest ?? null, isApproved: trust.isApproved(setting) })

async function listed(context: CommandContext, site: Site): Promise<CommandEnd> {
  const { approvals, trouble } = trustOf(site)
  if (trouble !== undefined) return { failures: [trouble] }
  if (wantsJson(context)) sayJson('trust', { approvals })
  else if (approvals.length === 0) say('Nothing of this repository is approved.')
  else say(...columns(approvals.map(({ path, digest, at }) => [path, shortDigest(digest), localStamp(at)])))
  return { code: 0 }
}

async function revoked(context: CommandContext, site: Site, paths: readonly string[]): Promise<CommandEnd> {
  const gone = await revoke(site, paths)
  if (!gone.ok) return gone
  if (wantsJson(context)) sayJson('trust', { revoked: gone.value })
  else say(gone.value === 0 ? 'Nothing of that was approved.' : `Took back ${gone.value === 1 ? 'one approval' : `${gone.value} approvals`}.`)
  return { code: 0 }
}

const nothingThere = (word: string): Failure => ({
  type: 'repo.no-such-file',
  what: `${word} holds no settings for agents`,
  hint: 'pawl trust without a name shows all that there are.',
})

const nobodyThere: Failure = {
  type: 'agent.unasked',
  what: 'nobody can be asked whether this is approved: this is no terminal',
  kept: 'nothing was approved',
  hint: 'Say yes beforehand with --yes.',
}
