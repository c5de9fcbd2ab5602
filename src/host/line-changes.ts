/** Asks git which lines of the working copy differ from a commit, and where this work left another branch. */
import { failed, ok, type Result } from '../model/failure.ts'
import type { Lines } from '../model/coverage.ts'
import type { LineChanges } from '../model/line-changes.ts'
import { commitOf } from './changed-files.ts'
import { defaultBranch } from './default-branch.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** What the repository's or the user's own settings say about differences does not count here. */
const plainDiff = [
  'diff',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-renames',
  '--no-relative',
  '--unified=0',
  '--inter-hunk-context=0',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--ignore-submodules=all',
] as const

/** Lines that the working copy has and the commit has not; of a file that git does not know yet, all. */
export async function changedLines(repository: Repository, commit: string): Promise<Result<LineChanges>> {
  const [diff, others] = await Promise.all([
    gitIn(repository, [...plainDiff, '--end-of-options', commit, '--']),
    gitIn(repository, ['ls-files', '-z', '--others', '--exclude-standard']),
  ])
  if (!diff.ok) return failed(gitFailure('git could not tell which lines changed', diff))
  if (!others.ok) return failed(gitFailure('git could not list new files', others))
  const changes = new Map(readDiff(new TextDecoder().decode(diff.stdout)))
  for (const path of new TextDecoder().decode(others.stdout).split('\0')) if (path !== '') changes.set(path, [{ from: 1, to: Number.MAX_SAFE_INTEGER }])
  return ok(changes)
}

/** The commit where this work left a branch, by default the main one. */
export async function mergeBase(repository: Repository, ref?: string): Promise<Result<string>> {
  const branch = ref === undefined ? await defaultBranch(repository) : ok(ref)
  if (!branch.ok) return branch
  const commit = await commitOf(repository, branch.value)
  if (!commit.ok) return commit
  const base = await gitIn(repository, ['merge-base', '--end-of-options', commit.value, 'HEAD'])
  if (base.ok) return ok(answerText(base.stdout))
  if (base.code !== 1) return failed(gitFailure(`git could not compare '${branch.value}' with HEAD`, base))
  return failed({
    type: 'repo.bad-ref',
    what: `'${branch.value}' and HEAD have no common commit`,
    hint: 'in a shallow clone, get more history: git fetch --unshallow',
  })
}

/** For a check that can do without: undefined when it cannot be told. */
export async function changedFromMain(repository: Repository | undefined): Promise<LineChanges | undefined> {
  const base = repository === undefined ? undefined : await mergeBase(repository)
  const changes = repository === undefined || base?.ok !== true ? undefined : await changedLines(repository, base.value)
  return changes?.ok === true ? changes.value : undefined
}

/** Hunks are counted, so that a line which looks like a header of the format stays a line. */
export function readDiff(text: string): LineChanges {
  const changes = new Map<string, Lines[]>()
  let path: string | undefined
  let toSkip = 0
  for (const line of text.split('\n')) {
    if (line.startsWith('\\')) continue
    if (toSkip > 0) {
      toSkip -= 1
      continue
    }
    if (line.startsWith('diff --git ')) path = undefined
    else if (line.startsWith('+++ ')) path = newPath(line.slice(4))
    const [, gone = '1', from, added = '1'] = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    if (from === undefined) continue
    toSkip = Number(gone) + Number(added)
    if (path === undefined || Number(added) === 0) continue
    const lines = changes.get(path) ?? []
    lines.push({ from: Number(from), to: Number(from) + Number(added) - 1 })
    changes.set(path, lines)
  }
  return changes
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' }

/** "b/src/a.ts", or quoted where a name has odd characters, or followed by a tab where it has blanks. /dev/null: the file is gone. */
function newPath(text: string): string | undefined {
  const name = text.startsWith('"')
    ? text
        .slice(1, text.lastIndexOf('"'))
        .replace(/\\([0-7]{3}|.)/g, (_, code: string) => escapes[code] ?? (/^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : code))
    : text.replace(/\t$/, '')
  return name.startsWith('b/') ? name.slice(2) : undefined
}
