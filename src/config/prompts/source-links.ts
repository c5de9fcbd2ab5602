/** What the source files of a repository define and import, by cheap looks at their text: for guesses only. */
import { folderOf, pathIn, stemOf } from './paths.ts'
import type { KnownPaths } from './known-paths.ts'

const definition =
  /^[ \t]{0,40}(?:(?:export|default|declare|abstract|async|public|private|protected|static|final|pub(?:\([^)\n]{0,40}\))?|unsafe) ){0,6}(?:function\*?|class|interface|type|enum|struct|trait|def|fn|func(?: \([^)\n]{0,80}\))?|const|let|var) {1,4}([A-Za-z_$][\w$]{0,80})/gm
const scriptImport = /(?:\bfrom\s{0,9}|\bimport\s{0,9}\(?\s{0,9}|\brequire\(\s{0,9})['"](\.{1,2}\/[^'"\n]{1,200})['"]/g
const pythonImport = /^[ \t]{0,40}(?:from\s{1,9}(\.{0,9}[\w.]{0,200})\s{1,9}import\s{1,9}(\w{0,100})|import\s{1,9}([\w.]{1,200}))/gm
const goImport = /"([\w.~-]{1,100}(?:\/[\w.~-]{1,100}){1,12})"/g
const rustImport = /^[ \t]{0,40}(?:pub(?:\([^)\n]{0,40}\))? )?(?:mod (\w{1,100});|use (?:crate|super|self)::([\w:]{1,200}))/gm
/** Of one file. */
const mostImports = 200

/** Name → files that define it, three at most: what more files define says nothing. Names that are not wanted are not looked for. */
export function definitionsOf(wanted: ReadonlySet<string>, sources: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  if (wanted.size === 0) return new Map()
  for (const [path, text] of sources) {
    for (const [, name = ''] of text.matchAll(definition)) {
      if (!wanted.has(name)) continue
      const files = found.get(name) ?? new Set()
      if (files.size < 3) found.set(name, files.add(path))
    }
  }
  return new Map([...found].map(([name, files]) => [name, [...files]]))
}

/** Path → paths in the repository that it imports, directly. */
export function importsOf(sources: ReadonlyMap<string, string>, known: KnownPaths): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map([...sources].map(([path, text]) => [path, new Set(importedBy(path, text, known).filter((other) => other !== path))]))
}

function importedBy(path: string, text: string, known: KnownPaths): readonly string[] {
  const first = (candidates: readonly string[]): readonly string[] => candidates.filter((candidate) => known.files.has(candidate)).slice(0, 1)
  const all = (expression: RegExp): readonly RegExpExecArray[] => [...text.matchAll(expression)].slice(0, mostImports)
  if (/\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(path)) return all(scriptImport).flatMap((match) => first(scriptFiles(pathIn(folderOf(path), match[1] ?? ''))))
  if (/\.pyi?$/.test(path)) return all(pythonImport).flatMap(([, from, name, plain]) => first(pythonFiles(path, from ?? plain ?? '', name)))
  if (path.endsWith('.go')) return all(goImport).flatMap((match) => goFiles(match[1] ?? '', known))
  if (path.endsWith('.rs')) return all(rustImport).flatMap(([, mod, use]) => first(rustFiles(path, mod, use)))
  return []
}

function scriptFiles(target: string): readonly string[] {
  const stem = target.replace(/\.[cm]?[jt]sx?$/, '')
  const endings = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs']
  return [
    target,
    ...endings.map((ending) => stem + ending),
    ...endings.map((ending) => target + ending),
    ...endings.map((ending) => `${target}/index${ending}`),
  ]
}

/** "from .a import b" may name a/b.py or a.py. Without dots also from "src". */
function pythonFiles(path: string, module: string, name: string | undefined): readonly string[] {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0
  const parts = module.slice(dots).split('.').join('/')
  let base = folderOf(path)
  for (let i = 1; i < dots; i++) base = folderOf(base)
  const starts = dots > 0 ? [base] : ['', 'src', folderOf(path)]
  const modules = name === undefined || name === '' ? [parts] : [parts === '' ? name : `${parts}/${name}`, parts]
  return modules.flatMap((one) => starts.flatMap((start) => [`${one}.py`, `${one}/__init__.py`].map((file) => pathIn(start, file))))
}

/** A package is a folder; the module's own name, which stands before it, is at most four parts long. */
function goFiles(target: string, known: KnownPaths): readonly string[] {
  const parts = target.split('/')
  for (let from = 1; from <= Math.min(4, parts.length - 1); from++) {
    const folder = parts.slice(from).join('/')
    const files = known.below(folder)?.filter((file) => folderOf(file) === folder && file.endsWith('.go') && !file.endsWith('_test.go'))
    if (files !== undefined && files.length > 0) return files.slice(0, 10)
  }
  return []
}

function rustFiles(path: string, mod: string | undefined, use: string | undefined): readonly string[] {
  const own = ['main', 'lib', 'mod'].includes(stemOf(path)) ? folderOf(path) : path.replace(/\.rs$/, '')
  if (mod !== undefined) return [`${own}/${mod}.rs`, `${own}/${mod}/mod.rs`]
  const crate = /^(?:.*\/)?src(?=\/)/.exec(path)?.[0] ?? folderOf(path)
  const parts = (use ?? '').split('::').filter((part) => part !== '')
  return [parts.length, parts.length - 1]
    .filter((count) => count > 0)
    .flatMap((count) => [`${crate}/${parts.slice(0, count).join('/')}.rs`, `${crate}/${parts.slice(0, count).join('/')}/mod.rs`])
}
