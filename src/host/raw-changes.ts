/** What differs between two commits or trees, as git tells it without looking into files. */
import { failed, ok, type Result } from '../model/failure.ts'
import { eachRecord } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

export type RawChange = { readonly path: string; readonly oldMode: string; readonly newMode: string; readonly old: string; readonly now: string }

/** Names, modes and ids only; also of what looks like state of pawl. `unread`: what is said when git cannot tell. */
export async function changesBetween(
  repository: Repository,
  from: string,
  to: string,
  unread = 'git could not compare two commits',
): Promise<Result<readonly RawChange[]>> {
  const args = ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', '--no-relative', '--ignore-submodules=none', '--end-of-options', from, to]
  const answer = await gitIn(repository, args)
  if (!answer.ok) return failed(gitFailure(unread, answer))
  const changes: RawChange[] = []
  let head: readonly string[] | undefined
  // ":100644 100755 <old> <new> M" and its path are two records.
  eachRecord(answer.stdout, new Map(), (record, name) => {
    if (head === undefined) return void (head = record.slice(1).split(' '))
    const [oldMode = '', newMode = '', old = '', now = ''] = head
    head = undefined
    changes.push({ path: name(record), oldMode, newMode, old, now })
  })
  return ok(changes)
}
