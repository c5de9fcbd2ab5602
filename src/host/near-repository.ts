/** Finds the repository around a folder by its files alone, without starting git: good enough for comparing with what git once said. */
import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { codeOf } from './state-trouble.ts'

export type NearRepository = { readonly root: string; readonly gitDir: string; readonly commonDir: string }

/** Undefined in any case that is not plain. */
export function nearRepository(cwd: string): NearRepository | undefined {
  try {
    for (let folder = realpathSync(cwd); ; folder = dirname(folder)) {
      const stat = lstatSync(join(folder, '.git'), { throwIfNoEntry: false })
      if (stat?.isDirectory() === true) return { root: folder, gitDir: join(folder, '.git'), commonDir: join(folder, '.git') }
      if (stat?.isFile() === true) return linked(folder)
      if (stat !== undefined || folder === dirname(folder)) return undefined
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

/** A linked worktree or a submodule: "gitdir: PATH", and in there perhaps "commondir". */
function linked(root: string): NearRepository | undefined {
  const named = /^gitdir: (.+)\n?$/.exec(readFileSync(join(root, '.git'), 'utf8'))?.[1]
  if (named === undefined) return undefined
  const gitDir = realpathSync(resolve(root, named))
  const common = lstatSync(join(gitDir, 'commondir'), { throwIfNoEntry: false })
  const commonDir = common?.isFile() === true ? realpathSync(resolve(gitDir, readFileSync(join(gitDir, 'commondir'), 'utf8').trim())) : gitDir
  return { root, gitDir, commonDir }
}
