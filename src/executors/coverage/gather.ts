/** Reads all reports of a repository into one Coverage, and says for each what it is and what is wrong with it. */
import { joined, type Coverage } from '../../model/coverage.ts'
import type { Files } from '../../model/files.ts'
import { readReport, type ReportFormat } from './by-content.ts'
import { findReports } from './find-reports.ts'
import { modulePath } from './go-profile.ts'
import { located, type Gone } from './locate.ts'
import type { Hints } from './reader.ts'

export type ReportSeen = {
  readonly path: string
  readonly format?: ReportFormat
  /** Why nothing was read from it. */
  readonly unreadable?: string
  readonly coverage: Coverage
  readonly outside: readonly string[]
  readonly gone: readonly Gone[]
}

export type Gathered = {
  readonly reports: readonly ReportSeen[]
  readonly coverage: Coverage
  /** Files that git knows. */ readonly paths: ReadonlySet<string>
}

/** `reports`: globs of the configuration; none: where tools usually write them. */
export async function gatherCoverage(files: Files, reports: readonly string[]): Promise<Gathered> {
  const paths = new Set(await files.glob(['**/*']))
  const hints: Hints = { modules: await goModules(files, paths) }
  const seen: ReportSeen[] = []
  for (const path of await findReports(files, reports)) seen.push(await reportAt(path, files, paths, hints))
  return { reports: seen, coverage: joined(seen.map((report) => report.coverage)), paths }
}

async function reportAt(path: string, files: Files, paths: ReadonlySet<string>, hints: Hints): Promise<ReportSeen> {
  const nothing = { path, coverage: { files: [] }, outside: [], gone: [] }
  const text = await files.read(path)
  if (text === undefined) return { ...nothing, unreadable: 'it cannot be opened' }
  const read = readReport(text, hints)
  const format = read.format === undefined ? {} : { format: read.format }
  if ('unreadable' in read) return { ...nothing, ...format, unreadable: read.unreadable }
  return { path, ...format, ...(await located(read, path, { root: files.root, paths, exists: (file) => files.exists(file) })) }
}

async function goModules(files: Files, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const modules = new Map<string, string>()
  for (const path of paths) {
    if (path !== 'go.mod' && !path.endsWith('/go.mod')) continue
    const module = modulePath((await files.read(path)) ?? '')
    if (module !== undefined) modules.set(module, path.slice(0, -'/go.mod'.length))
  }
  return modules
}
