/** Leases a private clone to one job, for an agent in the sandbox. What was committed there is brought back by `clone-return`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, lstatSync, writeFileSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { answerText, gitFailure } from './git.ts'
import { emptyGit, isSecretFile, settingsAs, strangersTree } from './isolated-copy.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import type { SandboxBox } from './sandbox-view.ts'
import { bringIgnored } from './shadow-ignored.ts'
import { branchPrefix } from './worktree-places.ts'

export type LeasedClone = {
  readonly lease: Lease
  /** The clone as pawl sees it: the files of the agent, with a folder of git that the agent cannot reach. Its HEAD stays at the base. */
  readonly repository: Repository
  /** The folder of git that the agent works with. */
  readonly agentGit: string
  /** What it borrows, to be readable in the sandbox: objects and installed packages. */
  readonly lent: readonly string[]
}

export type CloneWish = {
  /** Id of the prompt. */
  readonly prompt: string
  /** Number of the run. */
  readonly run: number
  /** Names a commit. */
  readonly base: string
}

export const clonesFolder = (stateFolder: string): string => join(stateFolder, 'clones')

/** What it held is gone then; what was fetched back stays. */
export const removeClone = (lease: Lease): Promise<void> => rm(placesOf(lease.folder).all, { recursive: true, force: true })

export const placesOf = (folder: string) => {
  const all = dirname(folder)
  return { all, agentGit: join(all, 'git'), own: join(all, 'own'), taken: join(all, 'taken'), checked: join(all, 'checked'), lent: join(all, 'lent.json') }
}

export const seenWith = (folder: string, gitDir: string): Repository => ({ root: folder, gitDir, commonDir: gitDir, linked: false })

/** One branch, at the base; the settings that decide about bytes; objects borrowed. Nothing in the user's repository changes. */
export async function leaseClone(checkout: Repository, stateFolder: string, { prompt, run, base }: CloneWish): Promise<Result<LeasedClone>> {
  const found = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`])
  if (!found.ok) return failed({ type: 'repo.bad-ref', what: `there is no commit ${base}` })
  const commit = answerText(found.stdout)
  const name = `${prompt}-${run}-${randomHex(4)}`
  mkdirSync(stateFolder, { recursive: true })
  const folder = join(clonesFolder(realpathSync(stateFolder)), name, 'tree')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lease: Lease = { branch: `${branchPrefix}${name}`, folder, base: commit, isolation: 'clone' }
  const made = await madeClone(checkout, lease)
  if (!made.ok) await removeClone(lease)
  return made
}

/** The list of what is lent is written last: a clone without it was never given to anybody. */
async function madeClone(checkout: Repository, lease: Lease): Promise<Result<LeasedClone>> {
  const { folder, base } = lease
  const { own, agentGit } = placesOf(folder)
  const repository = seenWith(folder, own)
  const failure = (await begun(checkout, repository, lease, base)) ?? (await filled(repository, base)) ?? (await freshForAgent(checkout, lease, base))
  if (failure !== undefined) return failed(failure)
  const brought = await bringIgnored(checkout, repository, { wanted: (path) => !isSecretFile(path) })
  if (!brought.ok) return brought
  const lent = lentTo(checkout, folder, brought.value)
  writeFileSync(placesOf(folder).lent, JSON.stringify(lent))
  return ok({ lease, repository, agentGit, lent })
}

/** A clone from earlier, with what lies in it. */
export function openClone(lease: Lease): Result<LeasedClone> {
  const { own, agentGit, lent: noted } = placesOf(lease.folder)
  if (!existsSync(noted) || ![lease.folder, own, agentGit].every((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true))
    return failed({ type: 'worktree.changed', what: `the clone ${lease.folder} is not there any more`, kept: `the branch ${lease.branch}, if it was fetched` })
  // Nothing is brought anew: what lies in it is the agent's by now.
  const lent = JSON.parse(readFileSync(noted, 'utf8')) as readonly string[]
  return ok({ lease, repository: seenWith(lease.folder, own), agentGit, lent: lent.filter((one) => existsSync(one)) })
}

const lentTo = (checkout: Repository, folder: string, brought: readonly string[]): readonly string[] => [
  ...objectFolders(join(checkout.commonDir, 'objects')),
  ...packagesOf(checkout, folder, brought),
]

/** How the sandbox for it is made; the rest is what its agent needs besides. */
export const boxFor = (clone: LeasedClone, rest: Omit<SandboxBox, 'folder'>): SandboxBox => ({
  ...rest,
  folder: clone.lease.folder,
  readable: [...new Set([...clone.lent, ...rest.readable])],
  writable: [clone.agentGit, ...rest.writable],
})

/** Gives the agent a folder of git anew, at this commit of its branch: all that it did in the old one is gone. The index is that of pawl's own view. */
export async function freshForAgent(checkout: Repository, lease: Lease, commit: string): Promise<Failure | undefined> {
  const { own, agentGit } = placesOf(lease.folder)
  const agents = seenWith(lease.folder, agentGit)
  const failure = await begun(checkout, agents, lease, commit)
  if (failure !== undefined) return failure
  await copyFile(join(own, 'index'), join(agentGit, 'index'))
  const signed = await signedAs(checkout, agents)
  if (signed !== undefined) return signed
  await rm(join(lease.folder, '.git'), { recursive: true, force: true })
  writeFileSync(join(lease.folder, '.git'), `gitdir: ${agentGit}\n`)
  return undefined
}

async function begun(checkout: Repository, copy: Repository, lease: Lease, commit: string): Promise<Failure | undefined> {
  await emptyGit(copy.gitDir, [join(checkout.commonDir, 'objects')])
  writeFileSync(join(copy.gitDir, 'HEAD'), `ref: refs/heads/${lease.branch}\n`)
  writeFileSync(join(copy.gitDir, 'packed-refs'), `${commit} refs/heads/${lease.branch}\n`)
  return settingsAs(checkout, copy)
}

async function filled(repository: Repository, commit: string): Promise<Failure | undefined> {
  const read = await gitIn(repository, ['read-tree', '--reset', '-u', commit])
  return read.ok ? undefined : gitFailure('git could not fill the clone that the agent works in', read)
}

/** Whoever commits in the clone has the name of the user, whose own settings cannot be seen there. */
async function signedAs(checkout: Repository, agents: Repository): Promise<Failure | undefined> {
  for (const [name, otherwise] of [
    ['user.name', 'pawl'],
    ['user.email', 'pawl@localhost'],
  ] as const) {
    const known = await gitIn(checkout, ['config', '--get', name])
    const set = await gitIn(agents, ['config', '--file', join(agents.gitDir, 'config'), name, known.ok ? answerText(known.stdout) : otherwise])
    if (!set.ok) return gitFailure(`git could not set ${name} in the clone`, set)
  }
  return undefined
}

/** With those that it borrows itself. */
function objectFolders(folder: string, depth = 0): readonly string[] {
  const list = join(folder, 'info', 'alternates')
  const further = depth < 5 && existsSync(list) ? readFileSync(list, 'utf8').split('\n') : []
  const folders = further.filter((line) => line !== '' && !line.startsWith('#')).map((line) => (isAbsolute(line) ? line : resolve(folder, line)))
  return [...new Set([realpathSync(folder), ...folders.filter((one) => existsSync(one)).flatMap((one) => objectFolders(one, depth + 1))])]
}

/** What tools write beside the packages; it cannot be written where the packages are only lent. */
const caches = ['.cache', '.vite', '.vite-temp', '.turbo']

/** Folders of the checkout that links in the clone lead to: installed packages alone, for other large folders may hold anything. */
function packagesOf(checkout: Repository, folder: string, brought: readonly string[]): readonly string[] {
  const installed = brought.filter((path) => basename(path) === 'node_modules' || existsSync(join(checkout.root, path, 'pyvenv.cfg')))
  for (const path of installed) {
    if (lstatSync(join(folder, path)).isSymbolicLink()) continue
    for (const cache of caches.map((name) => join(folder, path, name)).filter((one) => lstatSync(one, { throwIfNoEntry: false })?.isSymbolicLink() === true)) {
      rmSync(cache)
      mkdirSync(cache)
    }
  }
  return [...new Set(installed.map((path) => realpathSync(join(checkout.root, path))))]
}

/** The tree of the files as they are now, committed or not. */
export const treeOfClone = (clone: LeasedClone): Promise<Result<string>> => strangersTree(clone.repository)

/** "<prompt>-<run>-<random>": the folder of a clone, and the end of its branch. */
const cloneName = /^[a-z0-9][a-z0-9-]{0,63}-\d+-[0-9a-f]{8}$/

/** Names of the clones that lie there. */
export const clonesIn = (stateFolder: string): readonly string[] =>
  existsSync(clonesFolder(stateFolder)) ? readdirSync(clonesFolder(stateFolder)).filter((name) => cloneName.test(name)) : []

/** Those that somebody was given, as they were leased. */
export const leasedClones = (stateFolder: string): readonly Lease[] => clonesIn(stateFolder).flatMap((name) => leaseNamed(stateFolder, name) ?? [])

/** Undefined: it was never made to its end. What it began with stands in pawl's own view, where no agent can write. */
function leaseNamed(stateFolder: string, name: string): Lease | undefined {
  const folder = join(realpathSync(clonesFolder(stateFolder)), name, 'tree')
  const { own, lent } = placesOf(folder)
  const base = existsSync(lent) && existsSync(join(own, 'packed-refs')) ? readFileSync(join(own, 'packed-refs'), 'utf8').split(' ')[0] : undefined
  return base === undefined || !/^[0-9a-f]{40,64}$/.test(base) ? undefined : { branch: branchPrefix + name, folder, base, isolation: 'clone' }
}

/** Removes what a pawl left that was ended while it made a clone: nobody was given it. To be called when no pawl can be making one. */
export async function recoverClones(stateFolder: string): Promise<readonly string[]> {
  const half = clonesIn(stateFolder).filter((name) => leaseNamed(stateFolder, name) === undefined)
  for (const name of half) await rm(join(clonesFolder(stateFolder), name), { recursive: true, force: true })
  return half
}
