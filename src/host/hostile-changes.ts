/** Finds in what was committed the entries that could do harm where they are checked out, or deceive whoever looks at them. */
import { posix } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { readBlobs } from './blob-reader.ts'
import { eachRecord, isOwnState } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { changesBetween, type RawChange } from './raw-changes.ts'
import { gitIn, type Repository } from './repository.ts'

const link = '120000'
const nested = '160000'
/** Longer than any file system takes. */
const longestName = 255
const longestTarget = 4096

/** What changed between two commits; or which part of it is not taken. git's own fsck, which knows more spellings of ".git", is not repeated here. */
export async function harmlessChanges(repository: Repository, from: string, to: string): Promise<Result<readonly string[]>> {
  const changes = await changesBetween(repository, from, to, 'git could not compare the copy with its beginning')
  if (!changes.ok) return changes
  const now = changes.value.filter(({ newMode }) => newMode !== '000000')
  const why = byName(now) ?? (await byTarget(repository, now)) ?? (await twin(repository, to, now))
  return why === undefined ? ok(changes.value.map(({ path }) => path)) : failed(hostile(why))
}

export const hostile = (what: string): Failure => ({ type: 'agent.hostile', what, kept: 'nothing of it was taken; the checkout is as the agent left it' })

function byName(changes: readonly RawChange[]): string | undefined {
  for (const { path, newMode } of changes) {
    const names = path.split('/')
    const shown = JSON.stringify(path)
    if (newMode === nested) return `${shown} was made a repository of its own`
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    if (/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(path)) return `the name ${shown} holds characters that cannot be seen`
    if (names.some((name) => new TextEncoder().encode(name).length > longestName)) return `the name ${shown.slice(0, 80)}… is too long for a file`
    if (names.some((name) => /^(?:\.git|git~\d+)$/i.test(name))) return `${shown} would be taken for git's own folder`
    if (newMode === link && names.some((name) => /^(?:\.git|\.mailmap|git~|gitmod~|gitatt~|gitign~)/i.test(name)))
      return `${shown}, which git itself reads, was made a link`
    if (isOwnState(path)) return `${shown} would be taken for state of pawl`
  }
  return undefined
}

/** Links are fine as long as they stay inside. */
async function byTarget(repository: Repository, changes: readonly RawChange[]): Promise<string | undefined> {
  const links = changes.filter(({ newMode }) => newMode === link)
  const targets = new Map<string, string>()
  for await (const [id, content] of readBlobs(repository, [...new Set(links.map(({ now }) => now))], longestTarget))
    targets.set(id, new TextDecoder().decode(content))
  const leaving = links.find(({ path, now }) => leaves(path, targets.get(now)))
  return leaving === undefined ? undefined : `${JSON.stringify(leaving.path)} is a link that leads out of the repository`
}

const leaves = (path: string, target: string | undefined): boolean =>
  target === undefined ||
  /^(?:[/\\]|[a-z]:)/i.test(target) ||
  /^\.\.(?:\/|$)/.test(posix.normalize(posix.join(posix.dirname(path), target.replaceAll('\\', '/'))))

/** A new name that is another one where upper and lower case are the same. */
async function twin(repository: Repository, commit: string, changes: readonly RawChange[]): Promise<string | undefined> {
  const added = changes.filter(({ old }) => /^0+$/.test(old))
  if (added.length === 0) return undefined
  const answer = await gitIn(repository, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', '--end-of-options', commit])
  if (!answer.ok) return gitFailure('git could not list what was committed', answer).why
  const spelled = new Map<string, string>()
  const clashing = new Set<string>()
  eachRecord(answer.stdout, new Map(), (record, name) => {
    for (const path of upwards(name(record))) {
      const folded = path.normalize('NFC').toLowerCase()
      const other = spelled.get(folded)
      if (other === undefined) spelled.set(folded, path)
      else if (other !== path) clashing.add(folded)
    }
  })
  const found = added.find(({ path }) => upwards(path).some((one) => clashing.has(one.normalize('NFC').toLowerCase())))
  return found === undefined ? undefined : `${JSON.stringify(found.path)} is the name of another file where case does not count`
}

const upwards = (path: string): readonly string[] => path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'))
