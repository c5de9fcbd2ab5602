/** Makes an isolated copy of the working copy for an agent: a repository of its own that only reads the objects of the user's. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { copyFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { importsFrom } from './editable-installs.ts'
import { readListing } from './git-listing.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { codeOf } from './state-trouble.ts'
import { bringIgnored } from './shadow-ignored.ts'
import { bringSubmodules } from './shadow-submodules.ts'

/** Head, refs and settings of a copy as they were in the beginning: by path in git's folder. In memory, where nothing that runs in the copy reaches them. */
export type CopySettings = ReadonlyMap<string, Uint8Array>

export type CopyPlace = {
  readonly repository: Repository
  readonly settings: CopySettings
  /** Id of the tree that it holds in the beginning. */
  readonly tree: string
}

/** What git ignores and an agent has no business with: these are brought when the checks begin to judge, and the agent is gone. */
const secretFile =
  /(?:^|\/)(?:\.env(?:\..*)?|\.envrc|\.npmrc|\.pypirc|\.netrc|id_[a-z0-9]+|secrets?\..*|credentials(?:\..*)?|.*\.(?:pem|key|p12|pfx|jks|keystore))$/i

export const isSecretFile = (path: string): boolean => secretFile.test(path)

/** Below the state of the main checkout, so that programs which look upwards find what they find in the checkout. */
export const copyFolder = (repository: Repository | undefined, stateFolder: string): string =>
  join(copiesFolder(stateFolder), repository?.linked === true ? `worktree-${basename(repository.gitDir)}` : 'main')

const copiesFolder = (stateFolder: string): string => join(stateFolder, 'fixing')

/** Those of a killed pawl. To be called under the run lock. */
export const removeCopies = (stateFolder: string): Promise<void> => rm(copiesFolder(stateFolder), { recursive: true, force: true })

/** Anew in an empty `folder`, which only pawl writes to. Nothing in the user's repository changes: not even an object is added. */
export async function makeIsolatedCopy(checkout: Repository, folder: string): Promise<Result<CopyPlace>> {
  await rm(folder, { recursive: true, force: true })
  const copy: Repository = { root: join(folder, 'tree'), gitDir: join(folder, 'git'), commonDir: join(folder, 'git'), linked: false }
  mkdirSync(copy.root, { recursive: true, mode: 0o700 })
  await emptyGit(copy.gitDir, lendersOf(checkout, copy))
  const unsettled = await settled(checkout, copy)
  if (unsettled !== undefined) return failed(unsettled)
  const settings = settingsOf(copy)
  const tree = await workingTree(checkout, copy)
  if (!tree.ok) return tree
  // What it began with lies where the git of the agent only reads.
  await rename(join(copy.gitDir, 'objects'), pristine(copy).objects)
  await freshGit(checkout, copy, settings)
  const filled = await gitIn(copy, ['read-tree', '--reset', '-u', tree.value])
  if (!filled.ok) return failed(gitFailure('git could not fill the copy that the agent works in', filled))
  await copyFile(join(copy.gitDir, 'index'), pristine(copy).index)
  const brought = await bringRest(checkout, copy)
  if (!brought.ok) return brought
  const reaching = brought.value.filter((path) => importsFrom(join(checkout.root, path), checkout.root))
  return reaching.length === 0 ? ok({ repository: copy, settings, tree: tree.value }) : failed(reachesBack(reaching))
}

/**
 * Takes the copy back from the agent: all that it did to git's folder and to what git ignores is undone, so that nothing is judged which its edit
 * does not show, such as a linter of its own among the installed packages.
 */
export async function sealCopy(checkout: Repository, copy: Repository, settings: CopySettings): Promise<Failure | undefined> {
  await freshGit(checkout, copy, settings)
  await rm(join(copy.root, '.pawl'), { recursive: true, force: true })
  const cleaned = await gitIn(copy, ['clean', '-ffdXq'])
  if (!cleaned.ok) return gitFailure('git could not clear away what the agent left in ignored places', cleaned)
  try {
    const brought = await bringRest(checkout, copy)
    return brought.ok ? undefined : brought.failures[0]
  } catch (error) {
    // It may have put a file where a folder has to be.
    if (codeOf(error) === undefined) throw error
    return {
      type: 'agent.odd-file',
      what: `what git ignores could not be put back into the copy: ${codeOf(error) ?? ''}`,
      kept: 'nothing of the agent was applied',
    }
  }
}

/** What is no part of the tree. */
async function bringRest(checkout: Repository, copy: Repository): Promise<Result<readonly string[]>> {
  const brought = await bringIgnored(checkout, copy, { wanted: (path) => !isSecretFile(path) })
  if (brought.ok) await bringSubmodules(checkout, copy)
  return brought
}

/** Beside the copy: what nobody but pawl is told of. */
const pristine = (copy: Repository) => ({ objects: join(dirname(copy.gitDir), 'objects'), index: join(dirname(copy.gitDir), 'index') })

/** The folder of git as it was in the beginning, whatever was done to it. */
export async function freshGit(checkout: Repository, copy: Repository, settings: CopySettings): Promise<void> {
  const { index } = pristine(copy)
  await emptyGit(copy.gitDir, lendersOf(checkout, copy))
  for (const [path, bytes] of settings) writeFileSync(join(copy.gitDir, path), bytes)
  if (existsSync(index)) await copiedIndex(index, join(copy.gitDir, 'index'), oldest)
  await rm(join(copy.root, '.git'), { recursive: true, force: true })
  writeFileSync(join(copy.root, '.git'), `gitdir: ${copy.gitDir}\n`)
}

/** Whose objects it reads. */
function lendersOf(checkout: Repository, copy: Repository): readonly string[] {
  const { objects } = pristine(copy)
  return [...(existsSync(objects) ? [objects] : []), join(checkout.commonDir, 'objects')]
}

/** Anew: no refs, no settings, and the objects of others to read. */
export async function emptyGit(gitDir: string, lenders: readonly string[]): Promise<void> {
  await rm(gitDir, { recursive: true, force: true })
  for (const part of [join(gitDir, 'objects', 'info'), join(gitDir, 'refs'), join(gitDir, 'info')]) mkdirSync(part, { recursive: true, mode: 0o700 })
  writeFileSync(join(gitDir, 'objects', 'info', 'alternates'), lenders.map((lender) => `${lenderText(lender)}\n`).join(''))
}

/** git takes a path that begins with a quote for a quoted one. */
const lenderText = (path: string): string => (/^["#]|\n/.test(path) ? JSON.stringify(path) : path)

/** git takes the time of an index for the moment at which it was true: a copy keeps it. With the oldest one it trusts no times of files, and compares contents. */
async function copiedIndex(from: string, to: string, at?: number): Promise<void> {
  await copyFile(from, to)
  const seconds = at ?? Math.floor((await stat(from)).mtimeMs) / 1000
  await utimes(to, seconds, seconds)
}

const oldest = 1

/** What the checks may need of ignored files and the agent must not have seen. */
export async function completeCopy(checkout: Repository, copy: Repository): Promise<Result<readonly string[]>> {
  return bringIgnored(checkout, copy, { wanted: isSecretFile, adding: true })
}

/** The tree of a working copy as it is now: tracked and untracked files, not the ignored ones. `apart`: paths that stay as the index has them. */
export async function workingTree(of: Repository, into: Repository = of, apart: readonly string[] = []): Promise<Result<string>> {
  const index = join(into.gitDir, 'index.proposal')
  await rm(index, { force: true })
  if (existsSync(join(of.gitDir, 'index'))) await copiedIndex(join(of.gitDir, 'index'), index)
  const env = {
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: join(into.commonDir, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(of.commonDir, 'objects'),
  }
  // The shared part of a split index would be written beside the user's own.
  const added = await gitIn(
    of,
    ['-c', 'core.splitIndex=false', 'add', '--all', '--sparse', '--', ':/', ...apart.map((path) => `:(top,literal,exclude)${path}`)],
    { env },
  )
  if (!added.ok) return failed(gitFailure('git could not say what the working copy holds', added))
  const written = await gitIn(of, ['-c', 'core.splitIndex=false', 'write-tree'], { env })
  await rm(index, { force: true })
  return written.ok ? ok(answerText(written.stdout)) : failed(gitFailure('git could not say what the working copy holds', written))
}

/**
 * The same of a copy that somebody else could write to. Submodules count as unchanged: to see whether one is, git would run in it, by settings that
 * may be anybody's.
 */
export async function strangersTree(copy: Repository): Promise<Result<string>> {
  const listed = await gitIn(copy, ['ls-files', '-s', '-v', '-z'])
  if (!listed.ok) return failed(gitFailure('git could not list the files of the copy', listed))
  const submodules = readListing(listed.stdout, new Map()).files.filter(({ id }) => id.startsWith('160000:'))
  return workingTree(
    copy,
    copy,
    submodules.map(({ path }) => path),
  )
}

/** Settings that decide about the bytes of files; no remotes, no hooks, no logins. */
const kept =
  /^(?:core\.(?:autocrlf|eol|safecrlf|filemode|symlinks|ignorecase|precomposeunicode|excludesfile|attributesfile)|filter\.|extensions\.objectformat|user\.)/i

/** Files of git's folder that are brought as they are. */
const borrowed = ['info/exclude', 'info/attributes', 'shallow'] as const

function settingsOf(copy: Repository): CopySettings {
  const present = ['HEAD', 'config', 'packed-refs', join('info', 'sparse-checkout'), ...borrowed].filter((path) => existsSync(join(copy.gitDir, path)))
  return new Map(present.map((path) => [path, readFileSync(join(copy.gitDir, path))]))
}

/** Head, refs and settings as in the checkout. */
async function settled(checkout: Repository, copy: Repository): Promise<Failure | undefined> {
  writeFileSync(join(copy.gitDir, 'HEAD'), readFileSync(join(checkout.gitDir, 'HEAD')))
  const refs = await gitIn(checkout, ['for-each-ref', '--format=%(objectname) %(refname)'])
  if (!refs.ok) return gitFailure('git could not list the refs of the repository', refs)
  writeFileSync(join(copy.gitDir, 'packed-refs'), refs.stdout)
  return settingsAs(checkout, copy)
}

/** The settings that decide about files, in place of any others. */
export async function settingsAs(checkout: Repository, copy: Repository): Promise<Failure | undefined> {
  writeFileSync(join(copy.gitDir, 'config'), '[core]\n\trepositoryformatversion = 1\n\tbare = false\n')
  const config = await gitIn(checkout, ['config', '--list', '--local', '-z'])
  if (!config.ok) return gitFailure('git could not tell the settings of the repository', config)
  for (const own of borrowed) {
    if (existsSync(join(checkout.commonDir, own))) await copyFile(join(checkout.commonDir, own), join(copy.gitDir, own))
  }
  await sparseAs(checkout, copy)
  for (const record of answerText(config.stdout).split('\0')) {
    const end = record.indexOf('\n')
    const [name, value] = end < 0 ? [record, 'true'] : [record.slice(0, end), record.slice(end + 1)]
    if (!kept.test(name)) continue
    const set = await gitIn(copy, ['config', '--file', join(copy.gitDir, 'config'), '--add', name, value])
    if (!set.ok) return gitFailure(`git could not copy the setting ${name}`, set)
  }
  return undefined
}

/** What is left out of the working copy is left out of the copy: a partial clone may not even have it. */
async function sparseAs(checkout: Repository, copy: Repository): Promise<void> {
  const patterns = join('info', 'sparse-checkout')
  const [isSparse, isCone] = await Promise.all(['core.sparseCheckout', 'core.sparseCheckoutCone'].map((name) => isSet(checkout, name)))
  if (isSparse !== true || !existsSync(join(checkout.gitDir, patterns))) return
  await copyFile(join(checkout.gitDir, patterns), join(copy.gitDir, patterns))
  appendFileSync(join(copy.gitDir, 'config'), `\tsparseCheckout = true\n\tsparseCheckoutCone = ${String(isCone)}\n`)
}

const isSet = async (checkout: Repository, name: string): Promise<boolean> => {
  const answer = await gitIn(checkout, ['config', '--type=bool', '--get', name])
  return answer.ok && answerText(answer.stdout) === 'true'
}

/** The folders are those of editable installs. */
export const reachesBack = (folders: readonly string[]): Failure => ({
  type: 'agent.no-copy',
  what: `packages in ${folders.join(', ')} are imported from the checkout itself (an editable install)`,
  why: 'checks in a copy would judge the files of the checkout, so no edit of an agent could be proven',
  kept: 'no agent was started',
  hint: 'Install the package without linking to its sources (not editable), or mend by hand.',
})
