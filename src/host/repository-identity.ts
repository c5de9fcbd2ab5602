/** Says which repository a checkout is of, for what is kept about repositories elsewhere: only where both sides say so, for a `.git` file or `commondir` can name the repository of somebody else. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Repository } from './repository.ts'
import { codeOf } from './state-trouble.ts'

/** Absolute path of what all checkouts of the repository share; of a checkout that the repository does not know, or of none: that folder itself. */
export function repositoryIdentity(root: string, repository: Repository | undefined): string {
  const own = realpathSync(root)
  if (repository === undefined) return own
  const common = realpathSync(repository.commonDir)
  if (common === join(own, '.git')) return common
  return isKnownTo(common, own) ? common : own
}

/** Its record of a worktree leads back to this checkout; or the settings of a submodule do. */
function isKnownTo(common: string, root: string): boolean {
  const records = namesIn(join(common, 'worktrees')).map((name) => join(common, 'worktrees', name))
  if (records.some((record) => leadsTo(record, root))) return true
  const config = textAt(join(common, 'config')) ?? ''
  const worktree = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(config)?.[1]
  return worktree !== undefined && real(resolve(common, worktree)) === root
}

function leadsTo(record: string, root: string): boolean {
  const named = textAt(join(record, 'gitdir'))?.trim()
  return named !== undefined && real(dirname(resolve(record, named))) === root
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

const namesIn = (folder: string): readonly string[] => (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [])
const textAt = (path: string): string | undefined => (statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : undefined)
