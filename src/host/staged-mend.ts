/** Brings what fixes made of a copy of what is staged into the index, and into the files on disk beside the edits that are not staged. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cache } from '../model/cache.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { MendedFile } from '../model/mend.ts'
import { readDiskFile } from './disk-file.ts'
import { readListing } from './git-listing.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { commitIndex } from './staging.ts'
import { takeBack } from './take-back.ts'

const largestFile = 64 * 1024 * 1024

type Wish = {
  readonly checkout: Repository
  /** The copy, as the fixes left it. */
  readonly copy: Repository
  /** What they changed there. */
  readonly paths: readonly string[]
  /** An empty folder. */
  readonly scratch: string
  readonly cache: Pick<Cache, 'keepBlob' | 'readBlob'>
}

type Brought = { readonly path: string; readonly mode: string; readonly blob: string; readonly file: MendedFile }

/** All or none: where an edit that is not staged stands in the way, nothing is changed. */
export async function bringStaged(wish: Wish): Promise<Result<readonly string[]>> {
  const before = await staged(wish)
  if (!before.ok) return before
  const brought: Brought[] = []
  for (const [path, id] of before.value) {
    const one = await merged(wish, path, id)
    if (!one.ok) return one
    if (one.value !== undefined) brought.push(one.value)
  }
  const now = await staged(wish)
  if (!now.ok) return now
  if ([...before.value].some(([path, id]) => now.value.get(path) !== id)) return failed(movedMeanwhile)
  const { failures } = await takeBack(wish.checkout.root, [{ files: brought.map(({ file }) => file), derived: [] }], wish.cache)
  if (failures.length > 0) return failed(...failures.map(({ place }) => inTheWay(place?.file ?? '', 'it was edited while the fixes ran')))
  const input = brought.map(({ path, mode, blob }) => `${mode} ${blob} 0\t${path}\0`).join('')
  const indexed = await gitIn(wish.checkout, ['update-index', '-z', '--index-info'], { input, env: { GIT_INDEX_FILE: commitIndex(wish.checkout) } })
  return indexed.ok ? ok(brought.map(({ path }) => path)) : failed(gitFailure('git could not stage what the fixes changed', indexed))
}

/** Path → "mode:blob" in the index that will be committed. */
async function staged({ checkout, paths }: Wish): Promise<Result<ReadonlyMap<string, string>>> {
  const answer = await gitIn(checkout, ['ls-files', '-s', '-v', '-z'], { env: { GIT_INDEX_FILE: commitIndex(checkout) } })
  if (!answer.ok) return failed(gitFailure('git could not list what is staged', answer))
  const wanted = new Set(paths)
  return ok(new Map(readListing(answer.stdout, new Map()).files.flatMap(({ path, id }) => (wanted.has(path) ? [[path, id] as const] : []))))
}

/** Undefined: the fix left it as it was, or it is no plain file. */
async function merged(wish: Wish, path: string, id: string): Promise<Result<Brought | undefined>> {
  const { checkout, copy, cache } = wish
  const [mode = '', blob = ''] = id.split(':')
  if (!mode.startsWith('100')) return ok(undefined)
  const there = await readDiskFile(join(copy.root, path), largestFile)
  if (there?.content === undefined) return failed(inTheWay(path, 'a fix removed it, or made it very large'))
  const hashed = await gitIn(checkout, ['hash-object', '-w', `--path=${path}`, '--stdin'], { input: there.content })
  if (!hashed.ok) return failed(gitFailure(`git could not keep ${path}`, hashed))
  const made = answerText(hashed.stdout)
  if (made === blob) return ok(undefined)
  const here = await readDiskFile(join(checkout.root, path), largestFile)
  // It is deleted on disk, and not in the index: there is nothing to be merged.
  if (here?.content === undefined) return failed(inTheWay(path, 'it is not there on disk'))
  const was = await gitIn(checkout, ['cat-file', '--filters', `--path=${path}`, blob])
  if (!was.ok) return failed(gitFailure(`git could not read what is staged of ${path}`, was))
  const content = await threeWay(wish, { here: here.content, was: was.stdout, there: there.content })
  if (content === undefined) return failed(inTheWay(path, 'edits that are not staged touch the same lines'))
  return ok({ path, mode, blob: made, file: { path, before: await cache.keepBlob(content), after: here.digest, mode: here.mode } })
}

type Versions = { readonly here: Uint8Array; readonly was: Uint8Array; readonly there: Uint8Array }

/** Undefined: both changed the same lines, or it is no text. */
async function threeWay({ checkout, scratch }: Wish, { here, was, there }: Versions): Promise<Uint8Array | undefined> {
  const places = { here, was, there }
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  try {
    for (const [name, content] of Object.entries(places)) writeFileSync(join(scratch, name), content)
    const answer = await gitIn(checkout, ['merge-file', '-p', '--quiet', ...Object.keys(places).map((name) => join(scratch, name))])
    return answer.ok ? answer.stdout : undefined
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const kept = 'the index and the files on disk are as they were'

const movedMeanwhile: Failure = {
  type: 'staged.unsettled',
  what: 'what is staged was changed while the hook ran',
  kept,
  hint: 'Stage what you want to commit and commit again.',
}

const inTheWay = (path: string, why: string): Failure => ({
  type: 'staged.unsettled',
  what: `what a fix made of the staged ${path} does not fit to the file on disk`,
  why,
  kept,
  hint: 'Stage the rest of the file, or put it away, and commit again; or mend by hand what the check finds.',
  place: { file: path },
})
