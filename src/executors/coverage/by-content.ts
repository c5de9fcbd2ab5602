/** Finds out by its content which tool wrote a report, and reads it. */
import { at, readDocument } from '../parsers/json-output.ts'
import { cobertura } from './cobertura.ts'
import { coveragePyJson, isCoveragePy } from './coverage-py-json.ts'
import { goProfile, isGoProfile } from './go-profile.ts'
import { isIstanbul, istanbulJson } from './istanbul-json.ts'
import { jacoco } from './jacoco.ts'
import { isLcov, lcov } from './lcov.ts'
import { isLlvm, llvmJson } from './llvm-json.ts'
import type { Hints, Read } from './reader.ts'

export type ReportFormat = 'lcov' | 'istanbul' | 'coverage.py' | 'cobertura' | 'jacoco' | 'go' | 'llvm'

export function readReport(text: string, hints: Hints): Read & { readonly format?: ReportFormat } {
  const start = text
    .slice(0, 4096)
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (start === '') return { unreadable: 'it is empty' }
  if (start.startsWith('<')) return xml(text, hints)
  if (start.startsWith('{') || start.startsWith('[')) return json(text)
  if (isGoProfile(start)) return { ...goProfile(text, hints), format: 'go' }
  if (isLcov(text)) return { ...lcov(text, hints), format: 'lcov' }
  return { unreadable: 'it is no report of coverage that pawl knows' }
}

/** The name of the root tells; Clover calls it as Cobertura does, and is not read. */
function xml(text: string, hints: Hints): ReturnType<typeof readReport> {
  const root = /<(coverage|report|[A-Za-z_][\w:.-]{0,100})[\s>]/.exec(text.slice(0, 65_536))
  const tag = root === null ? '' : text.slice(root.index, root.index + 2000).split('>', 1)[0]
  if (root?.[1] === 'coverage' && /\sline-rate\s*=/.test(tag ?? '')) return { ...cobertura(text, hints), format: 'cobertura' }
  if (root?.[1] === 'report' && /\sname\s*=/.test(tag ?? '')) return { ...jacoco(text, hints), format: 'jacoco' }
  return { unreadable: `its root is <${(root?.[1] ?? '').slice(0, 100)}>: neither Cobertura nor JaCoCo` }
}

function json(text: string): ReturnType<typeof readReport> {
  const document = readDocument(text)
  if ('unreadable' in document) return document
  const { value } = document
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { unreadable: 'it holds no object' }
  const table = value as Readonly<Record<string, unknown>>
  if (isLlvm(table)) return { ...llvmJson(table), format: 'llvm' }
  if (isCoveragePy(table)) return { ...coveragePyJson(table), format: 'coverage.py' }
  if (isIstanbul(table)) return { ...istanbulJson(table), format: 'istanbul' }
  if (at(table, 'result', 0, 'functions') !== undefined)
    return { unreadable: 'it is raw coverage of V8, in characters instead of lines: let c8 or another tool write lcov from it' }
  return { unreadable: 'it is no report of coverage that pawl knows' }
}
