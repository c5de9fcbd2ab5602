/** Reads from an isolated copy what an agent made of it, and brings that into the working copy. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cache } from '../model/cache.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { MendedFile } from '../model/mend.ts'
import type { IsolatedCopy, ProposedFile, Proposal } from '../model/proposal.ts'
import { readBlobs } from './blob-reader.ts'
import { notAFile, readDiskFile } from './disk-file.ts'
import { isOwnState } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { completeCopy, freshGit, makeIsolatedCopy, sealCopy, strangersTree, workingTree } from './isolated-copy.ts'
import { changesBetween, type RawChange } from './raw-changes.ts'
import { gitIn, type Repository } from './repository.ts'
import { takeBack } from './take-back.ts'

/** Of larger files only that they changed is told. */
const mostText = 8 * 1024 * 1024
const largestFile = 64 * 1024 * 1024

export type OpenCopy = IsolatedCopy & {
  readonly repository: Repository
  /** Brings what the agent must not have seen and the checks may need. */
  complete(): Promise<Result<readonly string[]>>
}

/** `folder`: where the copy lies; what was there before is removed. */
export async function openIsolatedCopy(checkout: Repository, folder: string, cache: Pick<Cache, 'keepBlob' | 'readBlob'>): Promise<Result<OpenCopy>> {
  const made = await makeIsolatedCopy(checkout, folder)
  if (!made.ok) return made
  const { repository, settings, tree } = made.value
  return ok({
    folder: repository.root,
    tree,
    repository,
    complete: () => completeCopy(checkout, repository),
    seal: () => sealCopy(checkout, repository, settings),
    proposal: async (only) => {
      // What ran in the copy may have told its git to look away.
      await freshGit(checkout, repository, settings)
      return proposalSince(repository, tree, only)
    },
    close: () => rm(folder, { recursive: true, force: true }),
    apply: (proposal) => applied({ checkout, copy: repository, tree, cache }, proposal),
  })
}

async function changesOfAgent(copy: Repository, from: string, to: string): Promise<Result<readonly RawChange[]>> {
  const all = await changesBetween(copy, from, to, 'git could not compare the copy with its beginning')
  return all.ok ? ok(all.value.filter(({ path }) => !isOwnState(path))) : all
}

async function proposalSince(copy: Repository, from: string, only?: ReadonlySet<string>): Promise<Result<Proposal>> {
  const tree = await strangersTree(copy)
  if (!tree.ok) return tree
  const all = await changesOfAgent(copy, from, tree.value)
  if (!all.ok) return all
  const changes = all.value.filter(({ path }) => only?.has(path) !== false)
  const odd = changes.find(({ newMode }) => newMode === '120000' || newMode === '160000')
  if (odd !== undefined) return failed(notTaken(odd.path))
  const patch = await patchOf(copy, from, tree.value, changes)
  return patch.ok ? ok({ tree: tree.value, files: await withTexts(copy, changes), patch: patch.value }) : patch
}

/** More names than that are not put on a command line: then the patch holds whatever differs. */
const mostNames = 500

async function patchOf(copy: Repository, from: string, to: string, changes: readonly RawChange[]): Promise<Result<string>> {
  if (changes.length === 0) return ok('')
  const names = changes.length > mostNames ? [] : changes.map(({ path }) => `:(top,literal)${path}`)
  const args = ['diff', '--binary', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--end-of-options', from, to, '--', ...names]
  const patch = await gitIn(copy, args)
  return patch.ok ? ok(new TextDecoder().decode(patch.stdout)) : failed(gitFailure('git could not write what the agent changed as a patch', patch))
}

const none = /^0+$/

async function withTexts(copy: Repository, changes: readonly RawChange[]): Promise<readonly ProposedFile[]> {
  const texts = new Map<string, string>()
  const ids = changes.flatMap(({ old, now, oldMode }) => [...(none.test(old) || oldMode === '160000' ? [] : [old]), ...(none.test(now) ? [] : [now])])
  for await (const [id, content] of readBlobs(copy, [...new Set(ids)], mostText)) {
    const text = textOf(content)
    if (text !== undefined) texts.set(id, text)
  }
  return changes.map(({ path, old, now }): ProposedFile => {
    const [before, after] = [texts.get(old), texts.get(now)]
    return {
      path,
      change: none.test(old) ? 'added' : none.test(now) ? 'deleted' : 'changed',
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    }
  })
}

/** Compilers read UTF-16, too. Undefined: no text. */
function textOf(content: Uint8Array): string | undefined {
  const [first, second] = content
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(content)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(content)
  return content.subarray(0, 8000).includes(0) ? undefined : new TextDecoder().decode(content)
}

type Places = { readonly checkout: Repository; readonly copy: Repository; readonly tree: string; readonly cache: Pick<Cache, 'keepBlob' | 'readBlob'> }

/** Taking back turned round: each file goes from what it is to what the copy holds, and nothing is written when one of them was touched. */
async function applied({ checkout, copy, tree, cache }: Places, proposal: Proposal): ReturnType<IsolatedCopy['apply']> {
  const nothing = (...failures: readonly Failure[]) => ({ applied: [], failures })
  const [now, changes] = [await workingTree(checkout, copy), await changesOfAgent(copy, tree, proposal.tree)]
  if (!now.ok) return nothing(...now.failures)
  if (!changes.ok) return nothing(...changes.failures)
  const wanted = new Set(proposal.files.map(({ path }) => path))
  const moved = await changesOfAgent(copy, tree, now.value)
  if (!moved.ok) return nothing(...moved.failures)
  const touched = new Set(moved.value.map(({ path }) => path))
  const own = changes.value.filter(({ path }) => wanted.has(path))
  const edited = own.filter(({ path }) => touched.has(path))
  if (edited.length > 0) return nothing(...edited.map(({ path }) => editedMeanwhile(path)))
  const exchanges: Exchange[] = []
  for (const change of own) {
    const one = await exchange(checkout, copy, change, cache)
    if ('type' in one) return nothing(one)
    exchanges.push(one)
  }
  const since = await changedSince(copy, proposal, own)
  if (since !== undefined) return nothing(since)
  const { restored, failures } = await takeBack(checkout.root, [{ files: exchanges.map(({ forth }) => forth), derived: [] }], cache)
  if (failures.length === 0) return { applied: restored, failures: [] }
  // All or none: what was written before one could not be is put back.
  const back = exchanges.filter(({ forth }) => restored.includes(forth.path)).map((one) => one.back)
  const undone = await takeBack(checkout.root, [{ files: back, derived: [] }], cache)
  return nothing(...failures.map(notWritten), ...undone.failures)
}

/** One file, and its way back. */
type Exchange = { readonly forth: MendedFile; readonly back: MendedFile }

async function exchange(checkout: Repository, copy: Repository, change: RawChange, cache: Places['cache']): Promise<Exchange | Failure> {
  const { path } = change
  const here = await readDiskFile(join(checkout.root, path), largestFile)
  if (here?.digest !== notAFile && here?.content === undefined && here !== undefined) return tooLarge(path)
  const after = here === undefined ? null : here.content === undefined ? here.digest : await cache.keepBlob(here.content)
  const between = (before: string | null, mode: number | undefined): Exchange => ({
    forth: { path, before, after, ...(mode === undefined ? {} : { mode }) },
    back: { path, before: after === notAFile ? null : after, after: before, ...(here === undefined ? {} : { mode: here.mode }) },
  })
  if (none.test(change.now)) return between(null, undefined)
  const there = await readDiskFile(join(copy.root, path), largestFile)
  if (there?.content === undefined) return tooLarge(path)
  return between(await cache.keepBlob(there.content), modeOf(change, there.mode, here?.mode))
}

/** What was read is what was judged: something that is still alive may have written to the copy since. */
async function changedSince(copy: Repository, proposal: Proposal, changes: readonly RawChange[]): Promise<Failure | undefined> {
  const now = await strangersTree(copy)
  if (!now.ok) return now.failures[0]
  const since = await changesOfAgent(copy, proposal.tree, now.value)
  if (!since.ok) return since.failures[0]
  const paths = new Set(changes.map(({ path }) => path))
  const moved = since.value.find(({ path }) => paths.has(path))
  return moved === undefined ? undefined : notJudged(moved.path)
}

/** git only knows whether a file is executable; the other permission bits stay as they are here. */
function modeOf({ oldMode, newMode }: RawChange, there: number, here: number | undefined): number {
  if (here === undefined || here > 0o7777) return there & 0o7777
  if (oldMode === newMode) return here
  return newMode === '100755' ? here | ((here & 0o444) >> 2) : here & ~0o111
}

const editedMeanwhile = (path: string): Failure => ({
  type: 'agent.edited',
  what: `${path} was edited while the agent worked on it`,
  kept: 'your edit; nothing of the agent was applied',
  hint: 'Run pawl fix again.',
  place: { file: path },
})

/** In the words of an agent's edit. */
const notWritten = (failure: Failure): Failure =>
  failure.type === 'undo.edited'
    ? editedMeanwhile(failure.place?.file ?? '')
    : { ...failure, what: `${failure.place?.file ?? 'a file'} could not be written`, kept: 'your files; nothing of the agent was applied' }

const notJudged = (path: string): Failure => ({
  type: 'agent.odd-file',
  what: `${path} changed in the copy after it was judged`,
  kept: 'nothing of the agent was applied',
  place: { file: path },
})

const notTaken = (path: string): Failure => ({
  type: 'agent.odd-file',
  what: `the agent made ${path} a link or a repository of its own`,
  kept: 'nothing of the agent was applied',
  place: { file: path },
})

const tooLarge = (path: string): Failure => ({
  type: 'agent.odd-file',
  what: `what the agent made of ${path} is larger than 64 MiB or no file`,
  kept: 'nothing of the agent was applied',
  place: { file: path },
})
