/** A Site is the place that a command works on: which repository, which folder for state, which machine. */
import { childEnvironment, defaultKey, defaultPass, type AllowedNames } from '../host/child-environment.ts'
import type { AskedStatus } from '../host/git-facts.ts'
import { platform } from '../host/platform.ts'
import { findRepository, type Repository } from '../host/repository.ts'
import { repositoryFiles } from '../host/repository-files.ts'
import { stateFolderOf } from '../host/state-folder.ts'
import { systemClock } from '../host/system-clock.ts'
import { systemPressure } from '../host/system-pressure.ts'
import { systemProcesses, type SystemProcesses } from '../host/system-processes.ts'
import { treeSource } from '../host/tree-source.ts'
import type { Clock } from '../model/clock.ts'
import { ok, type Result } from '../model/failure.ts'
import type { Files } from '../model/files.ts'
import type { PressureGauge } from '../model/pressure.ts'
import type { Tree, TreeSource } from '../model/tree.ts'

export type Site = {
  readonly cwd: string
  /** Root of the checkout, or the folder itself outside of git. Absolute. */
  readonly root: string
  /** The checkout of the user. The same as `root`, except where a copy of it is checked. */
  readonly checkout: string
  readonly repository: Repository | undefined
  /** Where state lives; shared by all linked worktrees. May not exist yet. */
  readonly stateFolder: string
  readonly trees: TreeSource
  readonly clock: Clock
  readonly processes: SystemProcesses
  readonly pressure: PressureGauge
  readonly platform: 'linux' | 'macos' | 'windows' | 'wsl'
  /** The environment that pawl was started with. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Variables that every program is given besides, such as ports of its own and where services are. They do not count for reuse. */
  readonly given?: Readonly<Record<string, string>>
  /** A fresh view of the files: nothing remembered from before, unless a look at the working copy is given. */
  files(tree?: () => Promise<Tree>): Files
}

/** `asked`: what git was asked about this place a moment ago. */
export async function findSite(cwd: string, env: Readonly<Record<string, string | undefined>>, asked?: AskedStatus): Promise<Result<Site>> {
  const found = asked === undefined ? await findRepository(cwd) : ok(asked.repository)
  if (!found.ok) return found
  const repository = found.value
  const root = repository?.root ?? cwd
  const trees = treeSource(root, repository, asked)
  return ok({
    cwd,
    root,
    checkout: root,
    repository,
    trees,
    env,
    stateFolder: stateFolderOf(root, repository?.commonDir),
    clock: systemClock(),
    processes: systemProcesses(),
    pressure: systemPressure(),
    platform: platform(),
    files: (tree) => repositoryFiles(root, tree === undefined ? trees : { ...trees, look: tree }),
  })
}

/** The same place, with a copy instead of the checkout: its results are the checkout's, for they are proven for a content. */
export function siteOfCopy(site: Site, copy: Repository): Site {
  const trees = treeSource(copy.root, copy)
  return {
    ...site,
    root: copy.root,
    repository: copy,
    trees,
    files: (tree) => repositoryFiles(copy.root, tree === undefined ? trees : { ...trees, look: tree }, site.root),
  }
}

/** The folders of whose contents tools are made: what a copy borrows is the same tool as in the checkout. */
export const toolRoots = (site: Site): readonly string[] => [...new Set([site.root, site.checkout])]

/** The variables that a child sees: an allow-list, with the programs of the repository first on PATH. */
export function environmentOf(site: Site, cwd: string, more: AllowedNames): Record<string, string> {
  return { ...ownEnvironment(site, cwd, more), ...site.given }
}

/** The same without what is given: what may count for reuse. */
export function ownEnvironment(site: Site, cwd: string, more: AllowedNames): Record<string, string> {
  return childEnvironment(site.env, { ...more, pass: [...defaultPass, ...more.pass], key: [...defaultKey, ...more.key] }, { root: site.root, cwd })
}

/** The same place, where every program is given these, too. */
export const giving = (site: Site, more: Readonly<Record<string, string>>): Site => ({ ...site, given: { ...site.given, ...more } })
