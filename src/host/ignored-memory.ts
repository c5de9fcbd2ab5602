/** Remembers which paths git ignores, so that their changes cost nothing. */
import { failureIn } from '../model/failure.ts'
import { eachRecord } from './git-listing.ts'
import { ignoredPaths } from './ignored-paths.ts'
import { gitIn, type Repository } from './repository.ts'

export type IgnoredMemory = {
  /** Of these paths, the ignored ones; folders are named with a slash at the end. What git cannot say counts as not ignored. */
  among(paths: readonly string[]): Promise<ReadonlySet<string>>
  /** Folders in which git tracks files although it ignores them, of those that are given. */
  trackedBelow(folders: readonly string[]): Promise<readonly string[]>
  /** Remembers which of these are ignored, for `has`; what was asked before is not asked again. */
  learn(paths: Iterable<string>): Promise<void>
  has(path: string): boolean
  forget(): void
}

const mostRemembered = 20_000

export function ignoredMemory(repository: Repository): IgnoredMemory {
  const learnt = new Map<string, boolean>()
  const among: IgnoredMemory['among'] = async (paths) => {
    try {
      return await ignoredPaths(repository, paths)
    } catch (error) {
      // git does not say it of paths in a submodule: these count as not ignored.
      if (failureIn(error) === undefined) throw error
      return new Set()
    }
  }
  return {
    among,
    has: (path) => learnt.get(path) === true,
    forget: () => learnt.clear(),
    async learn(paths) {
      const asked = [...paths].filter((path) => !learnt.has(path))
      if (learnt.size + asked.length > mostRemembered) learnt.clear()
      for (const path of asked) learnt.set(path, false)
      for (const path of await among(asked)) learnt.set(path, true)
    },
    async trackedBelow(folders) {
      if (folders.length === 0) return []
      const answer = await gitIn(repository, ['ls-files', '-z', '--', ...folders.map((folder) => `:(literal)${folder}`)])
      const found = new Set<string>()
      if (answer.ok) eachRecord(answer.stdout, new Map(), (record) => foldersOf(record).forEach((folder) => found.add(folder)))
      return [...found]
    },
  }
}

/** "a/b/c.ts" → "a", "a/b" */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}
