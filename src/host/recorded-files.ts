/** Files that remember what they were asked for: who decided by them can later see whether he would decide the same. */
import type { Files } from '../model/files.ts'

export type RecordedFiles = Files & { /** Paths that were read, looked for or listed. */ readonly asked: ReadonlySet<string> }

export function recordedFiles(files: Files): RecordedFiles {
  const asked = new Set<string>()
  return {
    root: files.root,
    asked,
    read: (path) => (asked.add(path), files.read(path)),
    exists: (path) => (asked.add(path), files.exists(path)),
    list: (folder) => (asked.add(folder), files.list(folder)),
    // Answered by the tree alone.
    glob: (globs) => files.glob(globs),
  }
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
