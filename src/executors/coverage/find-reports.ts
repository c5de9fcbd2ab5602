/** Finds the reports of a repository: where tools usually write them, or where the configuration says. Most of them are files that git ignores. */
import type { Files } from '../../model/files.ts'
import { isPattern, usualReports } from '../../model/report-places.ts'

export async function findReports(files: Files, reports: readonly string[]): Promise<readonly string[]> {
  const rows = reports.length > 0 ? reports.map((report) => [report]) : usualReports
  const found = new Set<string>()
  for (const row of rows) for (const path of await firstOf(row, reports.length > 0 ? reports : row, files)) found.add(path)
  return [...found].sort()
}

async function firstOf(row: readonly string[], globs: readonly string[], files: Files): Promise<readonly string[]> {
  for (const path of row) {
    if (path.startsWith('!')) continue
    const there = isPattern(path) ? await matching(path, globs, files) : (await files.exists(path)) ? [path] : []
    if (there.length > 0) return there
  }
  return []
}

/** Folders that no tool writes its report into, and that hold a great many others. */
const passedOver = new Set(['node_modules/', '.git/', '.pawl/', '.venv/'])
const mostFolders = 20_000

async function matching(glob: string, globs: readonly string[], files: Files): Promise<readonly string[]> {
  const { default: picomatch } = await import('picomatch')
  const options = { dot: true, windows: false }
  const isWanted = picomatch(glob, options)
  const refused = globs.filter((one) => one.startsWith('!')).map((one) => picomatch(one.slice(1), options))
  const start = /^(?:[^*?[\]{}()!/]+\/)*/.exec(glob)?.[0] ?? ''
  const found: string[] = []
  const folders = [start]
  for (let i = 0; i < folders.length && i < mostFolders; i++) {
    const folder = folders[i] ?? ''
    for (const name of await files.list(folder === '' ? '.' : folder)) {
      const path = `${folder}${name}`
      if (!name.endsWith('/')) {
        if (isWanted(path) && !refused.some((matches) => matches(path))) found.push(path)
      } else if (!passedOver.has(name)) folders.push(path)
    }
  }
  return found
}
