/** Judges commits that an agent made itself as strictly as git can, in a place of their own, before anything is built upon them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { harmlessChanges, hostile } from './hostile-changes.ts'
import { emptyGit } from './isolated-copy.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'

/** Commits from `base` on as bytes only, in which every id is made anew from the content. */
export type Offer = { readonly base: string; readonly tip: string; readonly pack: Uint8Array }

export async function packOf(repository: Repository, base: string, tip: string): Promise<Result<Uint8Array>> {
  const packed = await gitIn(repository, ['pack-objects', '--revs', '--stdout', '-q'], { input: `${tip}\n^${base}\n` })
  return packed.ok ? ok(packed.stdout) : failed({ ...hostile('what the agent committed cannot be read'), why: packed.stderr.trim() })
}

export const indexed = (repository: Repository, pack: Uint8Array) => gitIn(repository, ['index-pack', '--stdin', '--strict'], { input: pack })

/** What git has to know of a repository to read its objects: the kind of ids, and where history is cut off. */
export type Kind = { readonly config: string; readonly shallow: string | undefined }

export const kindOf = (gitDir: string): Kind => ({ config: textAt(join(gitDir, 'config')) ?? '', shallow: textAt(join(gitDir, 'shallow')) })

/** Without settings of anybody, by which git would fetch what is missing, or look away. */
const plainKind = (commonDir: string, id: string): Kind => ({
  config: id.length === 40 ? '' : '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n',
  shallow: textAt(join(commonDir, 'shallow')),
})

const textAt = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

/** Nothing, of this kind, that borrows the objects of others. */
export async function emptyOfKind(gitDir: string, lenders: readonly string[], { config, shallow }: Kind): Promise<void> {
  await emptyGit(gitDir, lenders)
  writeFileSync(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n')
  writeFileSync(join(gitDir, 'config'), config)
  if (shallow !== undefined) writeFileSync(join(gitDir, 'shallow'), shallow)
}

/** The paths that changed; or what of it is not taken. `checked` is made anew, borrows the user's objects, and nothing else. */
export async function soundChanges(
  checkout: Repository,
  checked: Repository,
  { base, tip, pack, kind }: Offer & { readonly kind: Kind },
): Promise<Result<readonly string[]>> {
  await emptyOfKind(checked.gitDir, [join(checkout.commonDir, 'objects')], kind)
  const strict = await indexed(checked, pack)
  if (!strict.ok) return failed({ ...hostile('git refuses what the agent committed'), why: strict.stderr.trim() })
  const follows = await gitIn(checked, ['merge-base', '--is-ancestor', base, tip])
  if (!follows.ok) return failed(hostile('what the agent committed does not follow from the commit that it began with'))
  return harmlessChanges(checked, base, tip)
}

/** The same of commits that are in the repository already. Undefined: nothing speaks against them. */
export async function unsoundCommits(worktree: Repository, base: string, tip: string): Promise<Failure | undefined> {
  const pack = await packOf(worktree, base, tip)
  if (!pack.ok) return pack.failures[0]
  const gitDir = join(worktree.gitDir, `checked.pawl-${randomHex(6)}`)
  try {
    const checked: Repository = { root: worktree.root, gitDir, commonDir: gitDir, linked: false }
    const sound = await soundChanges(worktree, checked, { base, tip, pack: pack.value, kind: plainKind(worktree.commonDir, tip) })
    return sound.ok ? undefined : sound.failures[0]
  } finally {
    await rm(gitDir, { recursive: true, force: true })
  }
}
