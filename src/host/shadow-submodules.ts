/** Shows the submodules of a checkout in its shadow: as folders of links, since a shadow holds only what its own repository tracks. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { readListing } from './git-listing.ts'
import { gitIn, type Repository } from './repository.ts'
import { linkedEntries } from './shadow-ignored.ts'

export const hasSubmodules = ({ root }: Repository): boolean => lstatSync(join(root, '.gitmodules'), { throwIfNoEntry: false }) !== undefined

export async function bringSubmodules(checkout: Repository, shadow: Repository): Promise<void> {
  if (!hasSubmodules(shadow)) return
  const answer = await gitIn(shadow, ['ls-files', '-s', '-v', '-z'])
  if (!answer.ok) return
  for (const { path, id } of readListing(answer.stdout, new Map()).files) {
    if (!id.startsWith('160000:') || lstatSync(join(checkout.root, path), { throwIfNoEntry: false })?.isDirectory() !== true) continue
    // Without its .git, which names a folder relative to itself; git then asks no more than which commit is wanted.
    linkedEntries({ from: checkout.root, to: shadow.root }, path, new Set(['.git']))
  }
}
