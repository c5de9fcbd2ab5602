/** Looks at the working copy: what files there are, which content each has, and what differs from an earlier look. */
import { setImmediate as letOthersRun } from 'node:timers/promises'
import { join } from 'node:path'
import type { Tree, TreeFile, TreeSource } from '../model/tree.ts'
import { contentId } from './content-id.ts'
import { digestOfPath } from './path-digest.ts'
import { walkFolder } from './folder-walk.ts'
import { gitLook } from './git-look.ts'
import { globLibrary, newTree } from './globs.ts'
import type { Repository } from './repository.ts'
import { treeDifference } from './tree-difference.ts'

export function treeSource(root: string, repository: Repository | undefined): TreeSource {
  const lookOnce = repository === undefined ? () => walkedTree(root) : gitLook(repository, submoduleMark)
  return {
    look: sharedLooks(lookOnce),
    changedSince: (mark, tree) => treeDifference(repository, mark, tree),
    digestOf: (path) => digestOfPath(root, path),
  }
}

/**
 * A look that runs may already have passed the file that its new caller just wrote. So whoever asks gets a look that has not begun yet;
 * all who ask before it begins share it.
 */
function sharedLooks(lookOnce: () => Promise<Tree>): () => Promise<Tree> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Tree> | undefined
  const begin = (): Promise<Tree> => {
    next = undefined
    return lookOnce()
  }
  return () => {
    if (next !== undefined) return next
    // The one before may have failed: that is told to those who asked for it.
    next = running.then(begin, begin)
    running = next
    return next
  }
}

const submoduleMark = async (repository: Repository) => (await gitLook(repository, submoduleMark)()).mark

async function walkedTree(root: string): Promise<Tree> {
  const library = globLibrary()
  const files: TreeFile[] = []
  let sinceRest = 0
  for (const path of walkFolder(root).toSorted()) {
    const found = await contentId(join(root, path), { as: 'sha256', conversion: 'none' })
    if (found.kind === 'id') files.push({ path, id: found.id })
    if (++sinceRest % 64 === 0) await letOthersRun()
  }
  // fromEntries, because a file may be called __proto__.
  return newTree(files, { delta: Object.fromEntries(files.map((file) => [file.path, file.id])) }, await library)
}
