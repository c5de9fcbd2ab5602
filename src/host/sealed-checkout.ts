/** Makes what git ignores in a checkout of pawl what it was in the beginning, so that nothing is judged, or proven, by what is in no commit. */
import { lstatSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Failure } from '../model/failure.ts'
import { eachRecord } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { isSecretFile } from './isolated-copy.ts'
import { gitIn, type Repository } from './repository.ts'
import { remembersCopy } from './copied-packages.ts'
import type { Lending } from './lent-packages.ts'
import { bringListed, ignoredIn, leadsElsewhere } from './shadow-ignored.ts'
import { codeOf } from './state-trouble.ts'

/** To be called when nothing runs there. Undefined: done. Files that git does not ignore stay as they are. */
export async function sealCheckout(checkout: Repository, worktree: Repository, packages: Lending = 'link'): Promise<Failure | undefined> {
  const ignored = await ignoredIn(checkout)
  if (!ignored.ok) return ignored.failures[0]
  if (ignored.value.length === 0) return withoutIgnored(worktree, [])
  const before = await untracked(worktree)
  if (!(before instanceof Set)) return before
  const uncleared = await withoutIgnored(worktree, packages === 'copy' ? rememberedCopies(ignored.value, worktree) : [])
  if (uncleared !== undefined) return uncleared
  await bringListed(checkout, worktree, ignored.value, { wanted: (path) => !isSecretFile(path), packages })
  const after = await untracked(worktree)
  if (!(after instanceof Set)) return after
  // What the user ignores by a rule that is not committed is none of this tree.
  for (const path of after) if (!before.has(path)) await rm(join(worktree.root, path), { recursive: true, force: true })
  return undefined
}

/** Copied packages of which it is known what was changed in them need not be copied anew. */
const rememberedCopies = (ignored: readonly string[], worktree: Repository): readonly string[] =>
  ignored.filter((path) => {
    const there = lstatSync(join(worktree.root, path), { throwIfNoEntry: false })
    return there?.isDirectory() === true && remembersCopy(join(worktree.root, path)) && !leadsElsewhere(worktree.root, path)
  })

/** `kept`: folders that stay. git looks into no ignored folder before it removes it, so they are moved out of its way, to where a removed worktree leaves nothing. */
async function withoutIgnored(worktree: Repository, kept: readonly string[]): Promise<Failure | undefined> {
  const aside = await mkdtemp(join(worktree.gitDir, 'pawl-aside-'))
  const moved: Moved[] = []
  try {
    for (const path of kept) {
      const move = { from: join(worktree.root, path), to: join(aside, String(moved.length)) }
      // On another file system it is copied once more.
      if (await renamed(move.from, move.to)) moved.push(move)
    }
    const cleaned = await gitIn(worktree, ['clean', '-ffdXq'])
    return cleaned.ok ? undefined : gitFailure('git could not clear away what was left in ignored places', cleaned)
  } finally {
    for (const move of moved) await putBack(move)
    await rm(aside, { recursive: true, force: true })
  }
}

type Moved = { readonly from: string; readonly to: string }

async function putBack({ from, to }: Moved): Promise<void> {
  await mkdir(dirname(from), { recursive: true })
  await rename(to, from)
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    return false
  }
}

async function untracked(worktree: Repository): Promise<Set<string> | Failure> {
  const answer = await gitIn(worktree, ['ls-files', '--others', '--exclude-standard', '--directory', '-z'])
  if (!answer.ok) return gitFailure('git could not list what a checkout holds', answer)
  const paths = new Set<string>()
  eachRecord(answer.stdout, new Map(), (record, name) => paths.add(name(record)))
  return paths
}
