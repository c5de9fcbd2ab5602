/** Looks at the working copy: what files there are, which content each has, and what differs from an earlier look. */
import { setImmediate as letOthersRun } from 'node:timers/promises'
import { join, resolve } from 'node:path'
import { Bug } from '../model/failure.ts'
import type { Tree, TreeFile, TreeSource } from '../model/tree.ts'
import { contentId } from './content-id.ts'
import { digestOfPath } from './path-digest.ts'
import { isLeftOut, walkFolder } from './folder-walk.ts'
import { watchFiles } from './file-watch.ts'
import { ignoredPaths } from './ignored-paths.ts'
import { isOlderAt, lookMoment, type LookMoment } from './look-moment.ts'
import { gitLook } from './git-look.ts'
import { globLibrary, newTree } from './globs.ts'
import type { Repository } from './repository.ts'
import { treeDifference } from './tree-difference.ts'

export function treeSource(root: string, repository: Repository | undefined): TreeSource {
  const lookOnce = repository === undefined ? () => walkedTree(root) : gitLook(repository, submoduleMark)
  const moments = new WeakMap<Tree, LookMoment>()
  const momentous = async (): Promise<Tree> => {
    const moment = lookMoment()
    const tree = await lookOnce()
    moments.set(tree, moment)
    return tree
  }
  const momentOf = (tree: Tree): LookMoment => {
    const moment = moments.get(tree)
    if (moment === undefined) throw new Bug('a tree is watched that was not looked at here')
    return moment
  }
  return {
    look: sharedLooks(momentous),
    changedSince: (mark, tree) => treeDifference(repository, mark, tree),
    digestOf: (path) => digestOfPath(root, path),
    watch: (tree, globs, spared) => watchFiles({ root, tree, moment: momentOf(tree), globs, spared }),
    isOlder: (path, tree) => isOlderAt(resolve(root, path), momentOf(tree)),
    ignored: async (paths) => (repository === undefined ? new Set(paths.filter((path) => isLeftOut(path))) : ignoredPaths(repository, paths)),
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
  const delta = Object.fromEntries(files.map((file) => [file.path, file.id]))
  return newTree(files, { delta }, await library, isLeftOut)
}
