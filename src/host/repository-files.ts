/** Files of a repository as detection and built-in checks read them: remembered, and never from outside of the root. */
import { lstat, readFile, readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, normalize, sep } from 'node:path'
import type { Files } from '../model/files.ts'
import type { Tree, TreeSource } from '../model/tree.ts'

/** A path that leaves the root, also through a symbolic link, is as if nothing were there; unless the link leads into `linked`, where a copy borrows from. */
export function repositoryFiles(root: string, trees: TreeSource, linked?: string): Files {
  const texts = new Map<string, Promise<string | undefined>>()
  let tree: Promise<Tree> | undefined
  let realRoot: Promise<string> | undefined

  const inside = async (path: string): Promise<string | undefined> => {
    if (isAbsolute(path) || normalize(path).split(sep)[0] === '..') return undefined
    realRoot ??= realpath(root)
    const [real, top] = [await unlessMissing(realpath(join(root, path))), await realRoot]
    const allowed = [top, ...(linked === undefined ? [] : [linked])]
    return real !== undefined && allowed.some((folder) => real === folder || real.startsWith(folder + sep)) ? real : undefined
  }
  const readText = async (path: string): Promise<string | undefined> => {
    const real = await inside(path)
    // Reading a pipe would wait for ever.
    const isFile = real !== undefined && (await unlessMissing(stat(real)))?.isFile() === true
    const bytes = isFile ? await unlessMissing(readFile(real)) : undefined
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  }
  return {
    root,
    read(path) {
      const known = texts.get(path) ?? readText(path)
      texts.set(path, known)
      return known
    },
    async exists(path) {
      const real = await inside(path)
      return real !== undefined && (await unlessMissing(lstat(real))) !== undefined
    },
    async list(folder) {
      const real = await inside(folder)
      const entries = real === undefined ? undefined : await unlessMissing(readdir(real, { withFileTypes: true }))
      return (entries ?? []).map((entry) => entry.name + (entry.isDirectory() ? '/' : '')).toSorted()
    },
    async glob(globs) {
      tree ??= trees.look()
      return (await tree).matching(globs).map((file) => file.path)
    },
  }
}

/** No such thing, or a thing of the other kind (a folder where a file was expected). Anything else is trouble and goes up. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ELOOP') return undefined
    throw error
  }
}
