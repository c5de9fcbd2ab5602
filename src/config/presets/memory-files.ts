/** Files that exist only in memory: what detection is tested against. */
import picomatch from 'picomatch'
import type { Files } from '../../model/files.ts'

/** Paths below a folder named node_modules are ignored, as by git: readable, but never matched by a glob. */
export function memoryFiles(record: Readonly<Record<string, string>>, root = '/repository'): Files {
  const paths = Object.keys(record).sort()
  const visible = paths.filter((path) => !path.split('/').includes('node_modules'))
  return {
    root,
    read: async (path) => (Object.hasOwn(record, clean(path)) ? record[clean(path)] : undefined),
    exists: async (path) => clean(path) === '' || paths.some((known) => known === clean(path) || known.startsWith(`${clean(path)}/`)),
    list: async (folder) => namesIn(paths, clean(folder)),
    glob: async (globs) => visible.filter(matcher(globs)),
  }
}

const clean = (path: string): string => path.replace(/^(\.\/)+|\/+$/g, '').replace(/^\.$/, '')

function namesIn(paths: readonly string[], folder: string): readonly string[] {
  const start = folder === '' ? '' : `${folder}/`
  const names = paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length))
  return [...new Set(names.map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/') + 1) : name)))].sort()
}

function matcher(globs: readonly string[]): (path: string) => boolean {
  const wanted = picomatch(
    globs.filter((glob) => !glob.startsWith('!')),
    { dot: true },
  )
  const refused = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  const isRefused = refused.length === 0 ? () => false : picomatch(refused, { dot: true })
  return (path) => wanted(path) && !isRefused(path)
}
