/** What a branch changes, in names, modes and sizes: what is looked at before it may land. */
import { judgesBy, movedKeys, movedSections, runsBy } from './executable-surface.ts'
import type { Held } from './job.ts'
import { secretsIn } from './secret-patterns.ts'

export type ChangedSide = {
  /** As git writes it: "100644", "100755", "120000" a link, "160000" a repository of its own. */
  readonly mode: string
  readonly id: string
  /** Bytes; 0 for a repository of its own. */
  readonly bytes: number
}

export type BranchChange = {
  /** Relative to the root, forward slashes. */
  readonly path: string
  /** Absent: it was not there. */
  readonly before?: ChangedSide
  /** Absent: it is gone. */
  readonly after?: ChangedSide
  /** What is there now is no text. */
  readonly binary: boolean
}

/** Of a branch, before it lands: why a person has to look at it first. */
export type Doubt = Pick<Held, 'why' | 'files'> & { readonly reason: 'weakened-gate' | 'protected' | 'too-large' | 'secret' }

export type SurveyLimits = {
  readonly deletions: number
  readonly files: number
  /** Of all that is new or changed together. */
  readonly bytes: number
  readonly fileBytes: number
  readonly binaries: number
  /** Top-level folders. */
  readonly roots: number
}

/** More than a person asks for in one prompt, as a rule; each can be set higher where it is meant. */
export const usualLimits: SurveyLimits = {
  deletions: 20,
  files: 200,
  bytes: 5 * 1024 * 1024,
  fileBytes: 1024 * 1024,
  binaries: 5,
  roots: 8,
}

/** `contents`: texts of both sides by id, as far as they are text that could be read. Empty: nothing is in the way. */
export function surveyOf(changes: readonly BranchChange[], contents: ReadonlyMap<string, string>, limits: SurveyLimits = usualLimits): readonly Doubt[] {
  const textOf = (side: ChangedSide | undefined): string | undefined => (side === undefined ? undefined : contents.get(side.id))
  return [...weakened(changes, textOf), ...guarded(changes, textOf), ...oversized(changes, limits), ...leaking(changes, textOf)]
}

type TextOf = (side: ChangedSide | undefined) => string | undefined

const testFile =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|cypress)\/|(?:\.|_|-)(?:test|spec|cy)\.[cm]?[jt]sx?$|(?:^|\/)test_[^/]+\.py$|_test\.(?:py|go|rb|exs?)$|_spec\.rb$|Tests?\.(?:java|kt|cs|php)$/i

function weakened(changes: readonly BranchChange[], textOf: TextOf): readonly Doubt[] {
  const judging = grouped(changes, ({ path }) => judgesBy(path))
  const sections = changes.filter(({ path, before, after }) => movedSections(path, textOf(before), textOf(after))).map(({ path }) => path)
  // A test that only moved is deleted and added with the same content.
  const added = new Set(changes.flatMap(({ before, after }) => (before === undefined && after !== undefined ? [after.id] : [])))
  const gone = changes.filter(({ path, before, after }) => after === undefined && before !== undefined && testFile.test(path) && !added.has(before.id))
  return [
    ...judging.map(([what, files]) => held('weakened-gate', `it changes what decides about the judgement of ${what}`, files)),
    ...some(sections, (files) => held('weakened-gate', 'it changes settings of tools, or what a build runs', files)),
    ...some(
      gone.map(({ path }) => path),
      (files) => held('weakened-gate', `it deletes ${files.length === 1 ? 'a file' : `${files.length} files`} of tests`, files),
    ),
  ]
}

function guarded(changes: readonly BranchChange[], textOf: TextOf): readonly Doubt[] {
  const running = grouped(changes, ({ path, before, after }) => {
    if (after?.mode === '160000' || before?.mode === '160000') return 'a repository inside'
    return runsBy(path)
  })
  const moved = changes.flatMap(({ path, before, after }) => {
    const unread = [before, after].some((side) => side !== undefined && textOf(side) === undefined)
    const keys = movedKeys(path, textOf(before), unread ? 'too large to be read' : textOf(after))
    return keys === undefined || keys.length === 0 ? [] : [held('protected', `it changes ${keys.join(', ')} in ${path}`, [path])]
  })
  const links = changes.filter(({ after }) => after?.mode === '120000').filter(({ path, after }) => leadsOut(path, textOf(after) ?? '/'))
  const programs = changes.filter(({ before, after }) => after?.mode === '100755' && before?.mode !== '100755')
  return [
    ...running.map(([what, files]) => held('protected', `it changes ${what}`, files)),
    ...moved,
    ...some(
      links.map(({ path }) => path),
      (files) => held('protected', 'it has links that lead out of the repository', files),
    ),
    ...some(
      programs.map(({ path }) => path),
      (files) => held('protected', 'it makes files executable', files),
    ),
  ]
}

/** Whether a link leads out of the repository, or into the folder of git. `path`: where it lies. */
export function leadsOut(path: string, target: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(target)) return true
  const end: string[] = path.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..' && end.pop() === undefined) return true
    if (part !== '..' && part !== '.' && part !== '') end.push(part)
  }
  return end[0]?.toLowerCase() === '.git'
}

function oversized(changes: readonly BranchChange[], limits: SurveyLimits): readonly Doubt[] {
  const paths = (some: readonly BranchChange[]): readonly string[] => some.map(({ path }) => path)
  const added = new Set(changes.flatMap(({ before, after }) => (before === undefined && after !== undefined ? [after.id] : [])))
  const gone = changes.filter(({ before, after }) => after === undefined && before !== undefined && !added.has(before.id))
  const large = changes.filter(({ after }) => (after?.bytes ?? 0) > limits.fileBytes)
  const binaries = changes.filter(({ binary }) => binary)
  const bytes = changes.reduce((sum, { after }) => sum + (after?.bytes ?? 0), 0)
  const roots = new Set(changes.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.indexOf('/'))] : [])))
  const over = (is: number, most: number, why: string, files: readonly string[]): readonly Doubt[] => (is > most ? [held('too-large', why, files)] : [])
  return [
    ...over(gone.length, limits.deletions, `it deletes ${gone.length} files; ${limits.deletions} are usual at most`, paths(gone)),
    ...over(changes.length, limits.files, `it changes ${changes.length} files; ${limits.files} are usual at most`, paths(changes)),
    ...over(bytes, limits.bytes, `its files have ${bytes} bytes together; ${limits.bytes} are usual at most`, []),
    ...over(large.length, 0, `it has files of more than ${limits.fileBytes} bytes`, paths(large)),
    ...over(binaries.length, limits.binaries, `it has ${binaries.length} files that are no text; ${limits.binaries} are usual at most`, paths(binaries)),
    ...over(roots.size, limits.roots, `it touches ${roots.size} folders at the top; ${limits.roots} are usual at most`, [...roots]),
  ]
}

/** Only what was not in the file before: a key that is there already is no news of this branch. */
function leaking(changes: readonly BranchChange[], textOf: TextOf): readonly Doubt[] {
  return changes.flatMap(({ path, before, after }) => {
    const text = textOf(after)
    if (text === undefined) return []
    const old = new Set((textOf(before) ?? '').split('\n'))
    const fresh = text
      .split('\n')
      .map((line) => (old.has(line) ? '' : line))
      .join('\n')
    const [first] = secretsIn(fresh)
    return first === undefined ? [] : [held('secret', `${path}:${first.line} seems to hold ${first.kind}`, [path])]
  })
}

const held = (reason: Doubt['reason'], why: string, files: readonly string[]): Doubt => ({ reason, why, files })

const some = (files: readonly string[], made: (files: readonly string[]) => Doubt): readonly Doubt[] => (files.length === 0 ? [] : [made(files)])

function grouped(changes: readonly BranchChange[], what: (change: BranchChange) => string | undefined): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>()
  for (const change of changes) {
    const name = what(change)
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), change.path])
  }
  return [...groups]
}
