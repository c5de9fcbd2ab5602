/** What a person approved of in this repository: settings by which programs of agents would run code or send a login elsewhere, each by its content. */
import { carriesSettings, isApart, readersOf, settingPlaces } from '../agents/setting-places.ts'
import { saysOf } from '../agents/setting-says.ts'
import { approvalsFile, readApprovals, saveApprovals } from '../host/approvals.ts'
import { foldersAbove } from '../host/folders-above.ts'
import { repositoryIdentity } from '../host/repository-identity.ts'
import { settingFiles } from '../host/setting-files.ts'
import type { AgentKind } from '../model/agent.ts'
import { shortDigest, type AgentSetting, type Approval } from '../model/agent-settings.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { dirname } from 'node:path'
import type { Site } from './site.ts'

export type Trust = {
  /** Identity of the repository. */
  readonly repository: string
  /** Of this repository. */
  readonly approvals: readonly Approval[]
  /** Why nothing counts as approved although something may be. */
  readonly trouble: Failure | undefined
  isApproved(setting: AgentSetting): boolean
}

/** Digests that are approved of from outside, where nobody can be asked: whole ones, or their first 12 characters at least. */
const pinned = 'PAWL_TRUST'

/** Read once: what is added while agents work counts for nothing. */
export function trustOf(site: Site): Trust {
  const read = readApprovals(approvalsFile(site.env))
  const repository = repositoryIdentity(site.checkout, site.repository)
  const approvals = read.ok ? read.value.filter((one) => one.repository === repository) : []
  const pins = (site.env[pinned] ?? '').split(/[\s,]+/).filter((pin) => /^[0-9a-f]{12,64}$/.test(pin))
  return {
    repository,
    approvals,
    trouble: read.ok ? undefined : read.failures[0],
    isApproved({ path, digest }) {
      if (digest === undefined) return false
      return approvals.some((one) => one.path === path && one.digest === digest) || pins.some((pin) => digest.startsWith(pin))
    },
  }
}

/** What was approved since: told after agents without a sandbox, which can write what their user can. It counted for nothing meanwhile. */
export function approvedSince(site: Site, before: Trust): readonly Failure[] {
  const added = trustOf(site).approvals.filter((one) => !before.approvals.some((old) => isSame(one, old)))
  if (added.length === 0) return []
  return [
    {
      type: 'agent.unapproved',
      what: `while agents worked, somebody approved of ${added.map(({ path, digest }) => `${path} (${shortDigest(digest)})`).join(', ')}`,
      why: 'whoever runs as you can do that, an agent without a sandbox, too',
      hint: 'If it was not you: pawl trust --revoke',
    },
  ]
}

/** What programs of these kinds would read in a checkout; `folder`: absolute. */
export function settingsIn(site: Site, folder: string, kinds: readonly AgentKind[]): readonly AgentSetting[] {
  const places = kinds.flatMap(settingPlaces)
  const search = { isApart, carries: carriesSettings }
  const here = settingFiles(folder, { ...search, places: [...new Set(places.map(({ path }) => path))] })
  const above = [...new Set(places.flatMap(({ path, isAbove }) => (isAbove === true ? [path] : [])))]
  const around = above.length === 0 ? [] : foldersAbove(folder, dirname(site.stateFolder)).flatMap((one) => settingFiles(one, { ...search, places: above }))
  return [...here, ...around].map(({ path, text, digest }) => ({ path, digest, kinds: readersOf(path), says: saysOf(path, text) }))
}

/** Adds these to what is approved. What has no digest is a Failure, and then nothing is added. */
export async function approve(site: Site, settings: readonly AgentSetting[]): Promise<Result<number>> {
  const whole = settings.filter((one) => one.digest !== undefined)
  const odd = settings.find(({ digest }) => digest === undefined)
  if (odd !== undefined) return failed(unapprovable(odd))
  const at = site.clock.now()
  const repository = repositoryIdentity(site.checkout, site.repository)
  const added = whole.map(({ path, digest = '' }): Approval => ({ repository, path, digest, at }))
  const saved = await changed(site, (all) => [...all.filter((one) => !added.some((new_) => isSame(one, new_))), ...added])
  return saved.ok ? ok(added.length) : saved
}

/** Takes back what was approved for this repository; `paths`: only that of these. How many approvals are gone. */
export async function revoke(site: Site, paths: readonly string[]): Promise<Result<number>> {
  const { repository } = trustOf(site)
  let gone = 0
  const saved = await changed(site, (all) => {
    const rest = all.filter((one) => one.repository !== repository || (paths.length > 0 && !paths.includes(one.path)))
    gone = all.length - rest.length
    return rest
  })
  return saved.ok ? ok(gone) : saved
}

async function changed(site: Site, change: (all: readonly Approval[]) => readonly Approval[]): Promise<Result<void>> {
  const file = approvalsFile(site.env)
  const read = readApprovals(file)
  return read.ok ? saveApprovals(file, site.root, change(read.value)) : read
}

const isSame = (a: Approval, b: Approval): boolean => a.repository === b.repository && a.path === b.path && a.digest === b.digest

const unapprovable = ({ path }: AgentSetting): Failure => ({
  type: 'agent.unapproved',
  what: `${path} cannot be approved of`,
  why: 'it is too large, no plain file, or cannot be read, so that nobody can say what it holds',
  kept: 'nothing was approved',
})
