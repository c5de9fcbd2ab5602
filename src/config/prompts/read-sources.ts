/** Reads the source files in which symbols and imports are looked for: so many and so large at most that a forecast stays quick. */
import type { Files } from '../../model/files.ts'

/** Files, characters of a file, characters of all together. */
export const sourceBounds = { files: 3000, file: 200_000, all: 30_000_000 } as const

const source = /\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|go|rs)$/
const foreign = /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|target|\.venv)\/|\.min\.[cm]?js$|\.d\.[cm]?ts$/

/** Short paths first: what lies deep is seldom what a prompt is about. */
export async function readSources(files: Files, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = paths.filter((path) => source.test(path) && !foreign.test(path))
  const depth = (path: string): number => path.split('/').length
  const chosen = wanted.length <= sourceBounds.files ? wanted : wanted.toSorted((a, b) => depth(a) - depth(b)).slice(0, sourceBounds.files)
  const sources = new Map<string, string>()
  let left: number = sourceBounds.all
  for (const path of chosen) {
    if (left <= 0) break
    const text = await files.read(path)
    if (text === undefined || text.length > sourceBounds.file) continue
    left -= text.length
    sources.set(path, text)
  }
  return sources
}
