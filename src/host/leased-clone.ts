/** Leases a private clone to one job, for an agent in the sandbox, and brings back what was committed there without ever trusting it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, lstatSync, writeFileSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { answerText, gitFailure } from './git.ts'
import { harmlessChanges, hostile } from './hostile-changes.ts'
import { emptyGit, isSecretFile, settingsAs, strangersTree } from './isolated-copy.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import type { SandboxBox } from './sandbox-view.ts'
import { bringIgnored } from './shadow-ignored.ts'
import { headOf, takeObjects } from './taken-objects.ts'

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

const clonesFolder = (stateFolder: string): string => join(stateFolder, 'clones')

/** What it held is gone then; what was fetched back stays. */
export const removeClone = (lease: Lease): Promise<void> => rm(placesOf(lease.folder).all, { recursive: true, force: true })

const placesOf = (folder: string) => {
  const all = dirname(folder)
  return { all, agentGit: join(all, 'git'), own: join(all, 'own'), taken: join(all, 'taken'), checked: join(all, 'checked'), lent: join(all, 'lent.json') }
}

const seenWith = (folder: string, gitDir: string): Repository => ({ root: folder, gitDir, commonDir: gitDir, linked: false })

/** One branch, at the base; the settings that decide about bytes; objects borrowed. Nothing in the user's repository changes. */
export async function leaseClone(checkout: Repository, stateFolder: string, { prompt, run, base }: CloneWish): Promise<Result<LeasedClone>> {
  const found = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`])
  if (!found.ok) return failed({ type: 'repo.bad-ref', what: `there is no commit ${base}` })
  const commit = answerText(found.stdout)
  const name = `${prompt}-${run}-${randomHex(4)}`
  mkdirSync(stateFolder, { recursive: true })
  const folder = join(clonesFolder(realpathSync(stateFolder)), name, 'tree')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { own, agentGit } = placesOf(folder)
  const [repository, agents] = [seenWith(folder, own), seenWith(folder, agentGit)]
  const lease: Lease = { branch: `pawl/${name}`, folder, base: commit, isolation: 'clone' }
  const failure = (await begun(checkout, repository, lease)) ?? (await begun(checkout, agents, lease)) ?? (await filled(repository, commit))
  if (failure !== undefined) return failed(failure)
  await copyFile(join(own, 'index'), join(agentGit, 'index'))
  const signed = await signedAs(checkout, agents)
  if (signed !== undefined) return failed(signed)
  writeFileSync(join(folder, '.git'), `gitdir: ${agentGit}\n`)
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

async function begun(checkout: Repository, copy: Repository, lease: Lease): Promise<Failure | undefined> {
  await emptyGit(copy.gitDir, [join(checkout.commonDir, 'objects')])
  writeFileSync(join(copy.gitDir, 'HEAD'), `ref: refs/heads/${lease.branch}\n`)
  writeFileSync(join(copy.gitDir, 'packed-refs'), `${lease.base} refs/heads/${lease.branch}\n`)
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

export type Fetched = {
  /** The base itself when nothing was committed; then there is no branch either. */
  readonly commit: string
  /** Paths that differ from the base. */
  readonly changed: readonly string[]
}

/**
 * Brings the commits of the clone into the user's repository, under the name of its branch; `commit`: one that pawl made there, else that of the
 * agent's HEAD. All objects are checked by git as strictly as it can before the first one reaches the user's repository.
 */
export async function fetchBack(checkout: Repository, lease: Lease, commit?: string): Promise<Result<Fetched>> {
  const { all, agentGit, own, taken, checked } = placesOf(lease.folder)
  const tip = commit ?? headOf(agentGit)
  if (tip === undefined) return failed(hostile("the clone's HEAD names no commit"))
  if (tip === lease.base) return ok({ commit: tip, changed: [] })
  try {
    const packed = await packOf(checkout, { lease, tip, taken: seenWith(all, taken), agentGit, own })
    if (!packed.ok) return packed
    const changed = await checkedChanges(checkout, seenWith(all, checked), lease, { tip, pack: packed.value })
    if (!changed.ok) return changed
    const failure = await kept(checkout, lease, { tip, pack: packed.value })
    return failure === undefined ? ok({ commit: tip, changed: changed.value }) : failed(failure)
  } finally {
    await Promise.all([taken, checked].map((folder) => rm(folder, { recursive: true, force: true })))
  }
}

type Offer = { readonly tip: string; readonly pack: Uint8Array }

/** From here on there are bytes only, in which every id is made anew from the content. */
async function packOf(
  checkout: Repository,
  {
    lease,
    tip,
    taken,
    agentGit,
    own,
  }: { readonly lease: Lease; readonly tip: string; readonly taken: Repository; readonly agentGit: string; readonly own: string },
): Promise<Result<Uint8Array>> {
  await emptyGit(taken.gitDir, [join(own, 'objects'), join(checkout.commonDir, 'objects')])
  await likeOwn(own, taken)
  const failure = await takeObjects(agentGit, taken)
  if (failure !== undefined) return failed(failure)
  const packed = await gitIn(taken, ['pack-objects', '--revs', '--stdout', '-q'], { input: `${tip}\n^${lease.base}\n` })
  return packed.ok ? ok(packed.stdout) : failed({ ...hostile('what was committed in the clone cannot be read'), why: packed.stderr.trim() })
}

/** The kind of ids, and where history is cut off, are known from pawl's own view. */
async function likeOwn(own: string, repository: Repository): Promise<void> {
  writeFileSync(join(repository.gitDir, 'HEAD'), 'ref: refs/heads/none\n')
  for (const name of ['config', 'shallow'].filter((one) => existsSync(join(own, one)))) await copyFile(join(own, name), join(repository.gitDir, name))
}

const indexed = (repository: Repository, pack: Uint8Array) => gitIn(repository, ['index-pack', '--stdin', '--strict'], { input: pack })

/** In a place of its own that borrows the user's objects, and nothing else. */
async function checkedChanges(checkout: Repository, checked: Repository, lease: Lease, { tip, pack }: Offer): Promise<Result<readonly string[]>> {
  await emptyGit(checked.gitDir, [join(checkout.commonDir, 'objects')])
  await likeOwn(placesOf(lease.folder).own, checked)
  const strict = await indexed(checked, pack)
  if (!strict.ok) return failed({ ...hostile('git refuses what was committed in the clone'), why: strict.stderr.trim() })
  const follows = await gitIn(checked, ['merge-base', '--is-ancestor', lease.base, tip])
  if (!follows.ok) return failed(hostile('what was committed in the clone does not follow from the commit that it began with'))
  return harmlessChanges(checked, lease.base, tip)
}

/** The branch is pawl's own, so it may be replaced by a later fetch; by nobody else meanwhile. */
async function kept(checkout: Repository, lease: Lease, { tip, pack }: Offer): Promise<Failure | undefined> {
  const stored = await indexed(checkout, pack)
  if (!stored.ok) return gitFailure('git could not store what was committed in the clone', stored)
  const ref = `refs/heads/${lease.branch}`
  const before = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', '--end-of-options', ref])
  const old = before.ok ? answerText(before.stdout) : '0'.repeat(tip.length)
  const moved = await gitIn(checkout, ['update-ref', '--no-deref', '--end-of-options', ref, tip, old])
  return moved.ok ? undefined : gitFailure(`git could not make the branch ${lease.branch}`, moved)
}

/** Names of the clones that lie there. */
export const clonesIn = (stateFolder: string): readonly string[] => (existsSync(clonesFolder(stateFolder)) ? readdirSync(clonesFolder(stateFolder)) : [])
