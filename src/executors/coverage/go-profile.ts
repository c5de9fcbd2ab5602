/** Reads the profile that `go test -coverprofile` writes: blocks of statements, named by the path of their package. */
import { joined, type FileCoverage } from '../../model/coverage.ts'
import { atLeast, hitCount, lineNumber, type CoverageReader } from './reader.ts'

export const isGoProfile = (text: string): boolean => /^mode: (?:set|count|atomic)\s*$/m.test(text.slice(0, 200))

/** "example.com/shop/price.go:3.24,5.2 1 0" */
const block = /^(.+):(\d{1,9})\.\d{1,9},(\d{1,9})\.\d{1,9} \d{1,9} (\d{1,20})$/

/** Lines that all blocks of a profile may cover together; far beyond what a repository holds. */
const mostLines = 5_000_000

export const goProfile: CoverageReader = (text, { modules }) => {
  // The same block stands there once for each package whose tests could reach it.
  const files = new Map<string, Map<string, { readonly from: number; readonly to: number; hits: number }>>()
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('mode:')) continue
    const [, file = '', first, last, count] = block.exec(trimmed) ?? []
    const [from, to, hits] = [lineNumber(first), lineNumber(last), hitCount(count)]
    if (from === undefined || to === undefined || hits === undefined || to < from)
      return { unreadable: `it is no block of a profile: ${trimmed.slice(0, 200)}` }
    const blocks = files.get(file) ?? new Map<string, { from: number; to: number; hits: number }>()
    files.set(file, blocks)
    const place = trimmed.slice(file.length + 1, trimmed.indexOf(' ', file.length + 1))
    const known = blocks.get(place)
    if (known === undefined) blocks.set(place, { from, to, hits })
    else known.hits = Math.min(Number.MAX_SAFE_INTEGER, known.hits + hits)
  }
  if (files.size === 0) return { unreadable: 'it has no block' }
  let covered = 0
  const found: FileCoverage[] = []
  for (const [file, blocks] of files) {
    const lines = new Map<number, number>()
    for (const { from, to, hits } of blocks.values()) {
      covered += to - from + 1
      if (covered > mostLines) return { unreadable: `its blocks cover more than ${mostLines} lines` }
      for (let line = from; line <= to; line++) atLeast(lines, line, hits)
    }
    found.push({ file: fileOf(file, modules), lines })
  }
  return { coverage: joined([{ files: found }]) }
}

/** The longest module that the path lies in says the folder; a path of none stays, and lies outside of the repository. */
function fileOf(path: string, modules: ReadonlyMap<string, string>): string {
  let best: string | undefined
  for (const module of modules.keys()) if (path.startsWith(`${module}/`) && module.length > (best?.length ?? -1)) best = module
  if (best === undefined) return /^[./\\]|^[A-Za-z]:/.test(path) ? path : `//module/${path}`
  const folder = modules.get(best) ?? ''
  return `${folder === '' ? '' : `${folder}/`}${path.slice(best.length + 1)}`
}

/** The path that a go.mod declares. */
export const modulePath = (text: string): string | undefined => /^module[ \t]+"?([^\s"]+)"?/m.exec(text)?.[1]
