/** Reads what `git ls-files -s -v -z` and `git status --porcelain=v2 -z` print. */
import { Buffer } from 'node:buffer'
import type { TreeFile } from '../model/tree.ts'

export type Listing = {
  /** One entry for each path of the index without a conflict. */
  readonly files: readonly TreeFile[]
  /** Paths that git was told not to look at (assume-unchanged, skip-worktree). */
  readonly unwatched: readonly string[]
}

export type StatusEntry = {
  readonly path: string
  readonly kind: 'tracked' | 'unmerged' | 'untracked'
  /** The letter for HEAD → index and for index → disk; "." is no difference. */
  readonly staged: string
  readonly unstaged: string
  readonly submodule: boolean
  /** "mode:blob", undefined where the path does not exist on that side. */
  readonly headId?: string
  readonly indexId?: string
  /** Mode on disk as git counts it, so core.fileMode is respected. */
  readonly mode?: string
}

export type Status = {
  readonly commit?: string
  readonly branch?: string
  readonly entries: readonly StatusEntry[]
  /** What a pattern of git makes it ignore, without the slash of folders. */
  readonly ignored: ReadonlySet<string>
}

/** Names that are not UTF-8 cannot be a string; their bytes are kept here under the text that stands for them. */
export type OddNames = Map<string, Buffer>

export function readListing(stdout: Uint8Array, odd: OddNames): Listing {
  const files: TreeFile[] = []
  const unwatched: string[] = []
  eachRecord(stdout, odd, (record, name) => {
    // "H 100644 <blob> 0\tpath"; a lower-case tag is assume-unchanged, S is skip-worktree.
    const tab = record.indexOf('\t')
    if (tab === -1 || record[tab - 1] !== '0') return
    const path = name(record.slice(tab + 1))
    files.push({ path, id: `${record.slice(2, 8)}:${record.slice(9, tab - 2)}` })
    const tag = record[0] ?? 'H'
    if (tag === 'S' || tag !== tag.toUpperCase()) unwatched.push(path)
  })
  return { files, unwatched }
}

export function readStatus(stdout: Uint8Array, odd: OddNames): Status {
  const entries: StatusEntry[] = []
  const ignored = new Set<string>()
  let [commit, branch]: [string | undefined, string | undefined] = [undefined, undefined]
  eachRecord(stdout, odd, (record, name) => {
    if (record.startsWith('# branch.oid ')) commit = unlessBracketed(record.slice(13))
    else if (record.startsWith('# branch.head ')) branch = unlessBracketed(name(record.slice(14)))
    else if (record.startsWith('1 ')) entries.push(trackedEntry(record, name))
    else if (record.startsWith('u ')) entries.push(unmergedEntry(record, name))
    else if (record.startsWith('! ')) ignored.add(name(record.slice(2)).replace(/\/$/, ''))
    else if (record.startsWith('? ')) entries.push({ path: name(record.slice(2)), kind: 'untracked', staged: '.', unstaged: '?', submodule: false })
  })
  return { entries, ignored, ...(commit === undefined ? {} : { commit }), ...(branch === undefined ? {} : { branch }) }
}

/** "1 XY sub mH mI mW hH hI path" */
function trackedEntry(record: string, name: (raw: string) => string): StatusEntry {
  const [, xy = '..', sub = 'N...', headMode = '', indexMode = '', mode = '', head = '', index = '', ...path] = record.split(' ')
  return {
    path: name(path.join(' ')),
    kind: 'tracked',
    staged: xy[0] ?? '.',
    unstaged: xy[1] ?? '.',
    submodule: sub.startsWith('S'),
    mode,
    ...side('headId', headMode, head),
    ...side('indexId', indexMode, index),
  }
}

/** "u XY sub m1 m2 m3 mW h1 h2 h3 path"; stage 2 is what HEAD had. */
function unmergedEntry(record: string, name: (raw: string) => string): StatusEntry {
  const [, xy = 'UU', sub = 'N...', , ourMode = '', , mode = '', , ours = '', , ...path] = record.split(' ')
  return {
    path: name(path.join(' ')),
    kind: 'unmerged',
    staged: xy[0] ?? 'U',
    unstaged: xy[1] ?? 'U',
    submodule: sub.startsWith('S'),
    mode,
    ...side('headId', ourMode, ours),
  }
}

const side = <K extends string>(key: K, mode: string, blob: string) => (mode === '000000' ? {} : { [key]: `${mode}:${blob}` }) as { readonly [P in K]?: string }

const unlessBracketed = (text: string): string | undefined => (text === '(initial)' || text === '(detached)' ? undefined : text)

/** State of pawl itself is never part of what is looked at, even where somebody committed it. */
export const isOwnState = (path: string): boolean => path.startsWith('.pawl/') || path === '.pawl'

/** Calls back for each NUL-ended record; `name` turns the part of it that is a path into text. */
export function eachRecord(stdout: Uint8Array, odd: OddNames, visit: (record: string, name: (raw: string) => string) => void): void {
  const bytes = Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength)
  let text = bytes.toString('utf8')
  let name = (raw: string): string => raw
  // The replacement character says that some name may not be UTF-8: read again byte by byte.
  if (text.includes('\uFFFD')) {
    text = bytes.toString('latin1')
    name = (raw) => decoded(raw, odd)
  }
  for (let from = 0, to = text.indexOf('\0'); to !== -1; from = to + 1, to = text.indexOf('\0', from)) visit(text.slice(from, to), name)
}

function decoded(latin1: string, odd: OddNames): string {
  const bytes = Buffer.from(latin1, 'latin1')
  const text = bytes.toString('utf8')
  if (Buffer.from(text, 'utf8').equals(bytes)) return text
  const shown = latin1.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)
  odd.set(shown, bytes)
  return shown
}
