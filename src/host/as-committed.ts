/** Looks quickly whether a worktree holds nothing besides the tip of its branch: most of those that are given back. */
import { eachRecord } from './git-listing.ts'
import { answerText } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** Nothing is trusted by which a later git could look away from a file; an agent may have set it. */
const looking = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.untrackedCache=false',
  '-c',
  'core.ignoreStat=false',
  '-c',
  'core.trustctime=true',
  '-c',
  'core.checkStat=default',
]

/**
 * Files on disk and what is staged are those of the tip of `branch`, which is checked out; nothing is marked so that git would not look at it.
 * False also where git could not tell: then it has to be looked at closely.
 */
export async function isAsCommitted(worktree: Repository, branch: string): Promise<boolean> {
  const status = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--ignore-submodules=none', '--no-renames', '--no-ahead-behind']
  const [told, listed] = await Promise.all([gitIn(worktree, [...looking, ...status]), gitIn(worktree, ['ls-files', '-v', '-z'])])
  if (!told.ok || !listed.ok) return false
  const records = answerText(told.stdout)
    .split('\0')
    .filter((record) => record !== '')
  if (!records.every((record) => record.startsWith('# ')) || !records.includes(`# branch.head ${branch}`)) return false
  let isPlain = true
  eachRecord(listed.stdout, new Map(), (record) => {
    isPlain &&= record.startsWith('H ')
  })
  return isPlain
}
