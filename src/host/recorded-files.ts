/** Files that remember what they were asked and what they answered: who decided by them can later see whether he would decide the same. */
import type { Files } from '../model/files.ts'
import type { Tree } from '../model/tree.ts'
import { sha256 } from './digest.ts'
import { fileAt } from './globs.ts'

export type RecordedFiles = Files & { readonly asked: Asked }

/** Question and answer, in digests. Paths are relative to the root. */
export type Asked = {
  readonly reads: ReadonlyMap<string, Promise<string | undefined>>
  readonly exists: ReadonlyMap<string, Promise<boolean>>
  readonly lists: ReadonlyMap<string, Promise<readonly string[]>>
  readonly globs: ReadonlyMap<string, Promise<readonly string[]>>
}

export function recordedFiles(files: Files): RecordedFiles {
  const asked = { reads: new Map(), exists: new Map(), lists: new Map(), globs: new Map() } satisfies Asked
  const once = <T>(answers: Map<string, Promise<T>>, question: string, ask: () => Promise<T>): Promise<T> => {
    const answer = answers.get(question) ?? ask()
    answers.set(question, answer)
    return answer
  }
  return {
    root: files.root,
    asked,
    read: (path) => once(asked.reads, path, () => files.read(path)),
    exists: (path) => once(asked.exists, path, () => files.exists(path)),
    list: (folder) => once(asked.lists, folder, () => files.list(folder)),
    glob: (globs) => once(asked.globs, JSON.stringify(globs), () => files.glob(globs)),
  }
}

/** Every path that was asked for by name. */
export const askedPaths = ({ reads, exists, lists }: Asked): readonly string[] => [...reads.keys(), ...exists.keys(), ...lists.keys()]

/** Plain data. */
export type Answers = {
  readonly reads: readonly (readonly [path: string, content: string])[]
  readonly exists: readonly (readonly [path: string, isThere: boolean])[]
  readonly lists: readonly (readonly [folder: string, names: string])[]
  readonly globs: readonly (readonly [globs: string, paths: string])[]
}

export async function answersTo(asked: Asked, tree: Tree): Promise<Answers> {
  const settled = <T>(answers: ReadonlyMap<string, Promise<T>>) => Promise.all([...answers].map(async ([key, answer]) => [key, await answer] as const))
  const [reads, exists, lists, globs] = await Promise.all([settled(asked.reads), settled(asked.exists), settled(asked.lists), settled(asked.globs)])
  return {
    reads: reads.map(([path, text]) => [path, idIn(tree, path) ?? textKey(text)]),
    exists,
    lists: lists.map(([folder, names]) => [folder, sha256(names.join('\0'))]),
    globs: globs.map(([question, paths]) => [question, sha256(paths.join('\0'))]),
  }
}

/** Whether all of it would be answered the same now. Files of the tree are not read again: their ids tell. */
export async function answersStill(answers: Answers, files: Files, tree: Tree): Promise<boolean> {
  for (const [path, content] of answers.reads) if ((idIn(tree, path) ?? textKey(await files.read(path))) !== content) return false
  for (const [path, isThere] of answers.exists) if ((idIn(tree, path) !== undefined || (await files.exists(path))) !== isThere) return false
  for (const [folder, names] of answers.lists) if (sha256((await files.list(folder)).join('\0')) !== names) return false
  for (const [question, paths] of answers.globs) {
    const found = tree.matching(JSON.parse(question) as readonly string[]).map((file) => file.path)
    if (sha256(found.join('\0')) !== paths) return false
  }
  return true
}

const textKey = (text: string | undefined): string => (text === undefined ? 'absent' : sha256(text))

/** A link has the id of its own text, not of what is read through it: then there is none. */
function idIn(tree: Tree, path: string): string | undefined {
  const id = fileAt(tree.files, path)?.id
  return id?.startsWith('120000:') === true ? undefined : id
}

export type Environment = Readonly<Record<string, string | undefined>>

/** An environment that remembers which names were asked for. */
export function recordedEnvironment(env: Environment): { readonly env: Environment; readonly asked: ReadonlySet<string> } {
  const asked = new Set<string>()
  const seen = (name: string | symbol): void => void (typeof name === 'string' && asked.add(name))
  const recorded = new Proxy(env, {
    get: (target, name) => (seen(name), typeof name === 'string' ? target[name] : undefined),
    has: (target, name) => (seen(name), name in target),
    getOwnPropertyDescriptor: (target, name) => (seen(name), Object.getOwnPropertyDescriptor(target, name)),
  })
  return { env: recorded, asked }
}
