/** Reads what differs between two commits or trees: names, modes, sizes, and whether it is text; no filter or driver of the repository is run. */
import { Buffer } from 'node:buffer'
import { leadsOut, type BranchChange } from '../model/branch-survey.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import { readBlobs, readSized } from './blob-reader.ts'
import { gitFailure } from './git.ts'
import { changesBetween, type RawChange } from './raw-changes.ts'
import { gitIn, type Repository } from './repository.ts'

/** Sorted as git sorts. A rename is a deletion and an addition. What is larger than can be looked at counts as binary. */
export async function branchChanges(repository: Repository, from: string, to: string): Promise<Result<readonly BranchChange[]>> {
  const raw = await changesBetween(repository, from, to)
  if (!raw.ok) return raw
  const files = raw.value.filter(({ newMode }) => newMode !== gitlink)
  const sizes = await sizesOf(
    repository,
    raw.value.flatMap((one) => [one.old, one.now]),
  )
  if (!sizes.ok) return sizes
  const text = new Set<string>()
  const ids = files.map(({ now }) => now).filter((id) => sizes.value.has(id))
  for await (const [id, content] of readSized(repository, sized(ids, sizes.value), mostLooked)) if (isText(content)) text.add(id)
  return ok(
    raw.value.map(({ path, oldMode, newMode, old, now }): BranchChange => ({
      path,
      ...(oldMode === absent ? {} : { before: { mode: oldMode, id: old, bytes: sizes.value.get(old) ?? 0 } }),
      ...(newMode === absent ? {} : { after: { mode: newMode, id: now, bytes: sizes.value.get(now) ?? 0 } }),
      binary: newMode.startsWith('100') && !text.has(now),
    })),
  )
}

const mostLooked = 16 * 1024 * 1024

/** By git's own rule, whatever attributes say, which may be the work of an agent, too. UTF-16 is text. */
function isText(content: Uint8Array): boolean {
  const [first, second] = content
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return utf16 || !content.subarray(0, 8000).includes(0)
}

/** Contents of both sides of the changes by their ids, as far as they are text of at most `maxBytes`. Bytes that are no UTF-8 are replaced. */
export async function changedTexts(repository: Repository, changes: readonly BranchChange[], maxBytes: number): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  const sides = changes.flatMap(({ before, after }) => [before, after]).flatMap((side) => (side === undefined || side.mode === gitlink ? [] : [side]))
  for await (const [id, content] of readSized(repository, new Map(sides.map(({ id, bytes }) => [id, bytes])), maxBytes)) texts.set(id, textOf(content))
  return texts
}

const sized = (ids: readonly string[], sizes: ReadonlyMap<string, number>): ReadonlyMap<string, number> => new Map(ids.map((id) => [id, sizes.get(id) ?? 0]))

/** Links among the changes whose target lies outside of the repository, with that target. */
export async function linksOut(repository: Repository, changes: readonly RawChange[]): Promise<readonly { readonly path: string; readonly target: string }[]> {
  const links = changes.filter(({ newMode }) => newMode === '120000')
  const texts = new Map<string, string>()
  const ids = links.map(({ now }) => now)
  for await (const [id, content] of readBlobs(repository, ids, 64 * 1024)) texts.set(id, textOf(content))
  return links.flatMap(({ path, now }) => {
    const target = texts.get(now) ?? ''
    return leadsOut(path, target) ? [{ path, target }] : []
  })
}

const absent = '000000'
const gitlink = '160000'

async function sizesOf(repository: Repository, ids: readonly string[]): Promise<Result<ReadonlyMap<string, number>>> {
  const wanted = [...new Set(ids)].filter((id) => !/^0+$/.test(id))
  if (wanted.length === 0) return ok(new Map())
  const answer = await gitIn(repository, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input: `${wanted.join('\n')}\n` })
  if (!answer.ok) return failed(gitFailure('git could not tell the sizes of changed files', answer))
  const lines = Buffer.from(answer.stdout).toString('latin1').split('\n')
  // Of the commit of a submodule: "<id> missing".
  return ok(new Map(lines.map((line) => line.split(' ')).flatMap(([id = '', size]) => (/^\d+$/.test(size ?? '') ? [[id, Number(size)] as const] : []))))
}

const textOf = (content: Uint8Array): string => {
  const [first, second] = content
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(content)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(content)
  return new TextDecoder().decode(content)
}
