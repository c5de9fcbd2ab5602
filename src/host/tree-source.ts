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
import type { AskedStatus } from './git-facts.ts'
import { isOlderAt, lookMoment } from './look-moment.ts'
import { gitLook, type Looked } from './git-look.ts'
import { sightAll } from './sightings.ts'
import { globLibrary, newTree } from './globs.ts'
import type { Repository } from './repository.ts'
import { treeDifference } from './tree-difference.ts'

/** `asked`: what git was asked a moment ago; the first look goes on from there. */
export function treeSource(root: string, repository: Repository | undefined, asked?: AskedStatus): TreeSource {
  const lookOnce = repository === undefined ? () => walkedTree(root) : gitLook(repository, submoduleMark, asked)
  const seen = new WeakMap<Tree, Omit<Looked, 'tree'>>()
  const remembered = async (): Promise<Tree> => {
    const { tree, ...more } = await lookOnce()
    seen.set(tree, more)
    return tree
  }
  const lookOf = (tree: Tree): Omit<Looked, 'tree'> => {
    const found = seen.get(tree)
    if (found === undefined) throw new Bug('this tree was not looked at here')
    return found
  }
  return {
    look: sharedLooks(remembered),
    changedSince: (mark, tree) => treeDifference(repository, mark, tree),
    digestOf: (path) => digestOfPath(root, path),
    watch: (tree, globs, spared) => watchFiles({ root, tree, ...lookOf(tree), globs, spared }),
    isOlder: (path, tree) => isOlderAt(resolve(root, path), lookOf(tree).moment),
    basis(tree, paths) {
      const { moment, read, facts } = lookOf(tree)
      const git = facts()
      if (git === undefined) return undefined
      const isRead = (path: string): boolean => read.paths.has(path)
      const own = sightAll(root, git.touched.filter(isRead), read.moment)
      const others = sightAll(
        root,
        git.touched.filter((path) => !isRead(path)),
        moment,
      )
      const sightings = sightAll(root, new Set(paths), moment)
      if (own === undefined || others === undefined || sightings === undefined) return undefined
      const { index, listing, status } = git
      return { index, listing, status, touched: [...own, ...others], sightings, mark: tree.mark }
    },
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

const submoduleMark = async (repository: Repository) => (await gitLook(repository, submoduleMark)()).tree.mark

async function walkedTree(root: string): Promise<Looked> {
  const moment = lookMoment()
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
  return { tree: newTree(files, { delta }, await library, isLeftOut), moment, read: { paths: new Set(), moment }, facts: () => undefined }
}
