/** A Shadow is a copy of a checkout, in the folder for state, that holds exactly one tree of git; the checkout itself is neither read for it nor touched. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { scratchObjects } from './staging.ts'
import { importsFrom } from './editable-installs.ts'
import { gitFailure, type GitAnswer } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { bringIgnored } from './shadow-ignored.ts'
import { bringSubmodules } from './shadow-submodules.ts'
import { leftOversIn } from './shadow-leftovers.ts'

/** `head`: the commit that the tree will follow or is of; undefined: as in the checkout. */
export type ShadowWish = { readonly tree: string; readonly head?: string }

/** `reachesBack`: ignored folders through which a program in the shadow may read the files of the checkout. */
export type SyncedShadow = Repository & { readonly reachesBack: readonly string[] }

/** Where the shadow of a checkout lies. Below the state of the main checkout, so that programs which look upwards find what they find in the checkout. */
export function shadowFolder(repository: Repository, stateFolder: string): string {
  return join(stateFolder, 'staged', repository.linked ? `worktree-${basename(repository.gitDir)}` : 'main')
}

/** As git sees it, the shadow is a linked worktree of which the repository keeps no record: own index, own HEAD, shared objects and refs. */
export const shadowRepository = (repository: Repository, folder: string): Repository => ({
  root: join(folder, 'tree'),
  gitDir: join(folder, 'git'),
  commonDir: repository.commonDir,
  linked: true,
})

/**
 * Makes the shadow hold the tree, and of the rest only what the checkout ignores. To be called under the run lock.
 * What an earlier call left half done is made whole: git compares each file with the shadow's own index.
 */
export async function syncShadow(checkout: Repository, folder: string, wish: ShadowWish): Promise<Result<SyncedShadow>> {
  const shadow = shadowRepository(checkout, folder)
  const first = await filled(checkout, shadow, folder, wish)
  if (!first.ok) {
    // Whatever is wrong with it: it holds nothing that is not elsewhere.
    for (const part of [shadow.root, shadow.gitDir]) await rm(part, { recursive: true, force: true })
    const second = await filled(checkout, shadow, folder, wish)
    if (!second.ok) return failed(gitFailure('git could not make a copy of what is to be checked', second))
  }
  const listed = await bringIgnored(checkout, shadow)
  if (!listed.ok) return listed
  await bringSubmodules(checkout, shadow)
  const left = await leftOversIn(shadow, listed.value)
  if (!left.ok) return left
  for (const path of left.value) await rm(path, { recursive: true, force: true })
  await rm(join(folder, 'objects'), { recursive: true, force: true })
  return ok({ ...shadow, reachesBack: listed.value.filter((path) => importsFrom(join(checkout.root, path), checkout.root)) })
}

async function filled(checkout: Repository, shadow: Repository, folder: string, { tree, head }: ShadowWish): Promise<GitAnswer> {
  for (const part of [shadow.root, join(shadow.gitDir, 'info'), join(folder, 'objects')]) mkdirSync(part, { recursive: true, mode: 0o700 })
  // Only a killed pawl leaves one: the run lock is held.
  rmSync(join(shadow.gitDir, 'index.lock'), { force: true })
  writeFileSync(join(shadow.gitDir, 'commondir'), `${checkout.commonDir}\n`)
  writeFileSync(join(shadow.gitDir, 'gitdir'), `${shadow.root}/.git\n`)
  writeFileSync(join(shadow.root, '.git'), `gitdir: ${shadow.gitDir}\n`)
  writeFileSync(join(shadow.gitDir, 'HEAD'), head === undefined ? readFileSync(join(checkout.gitDir, 'HEAD')) : `${head}\n`)
  for (const own of ['config.worktree', 'info/sparse-checkout']) {
    if (existsSync(join(checkout.gitDir, own))) copyFileSync(join(checkout.gitDir, own), join(shadow.gitDir, own))
    else rmSync(join(shadow.gitDir, own), { force: true })
  }
  return gitIn(shadow, ['read-tree', '--reset', '-u', tree], { env: scratchObjects(checkout, folder) })
}
