/** Identifies the code behind a module: its own text, every file that it imports near or far, and the packages that these name. */
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { sha256 } from './digest.ts'
import { isFile, packageEntry } from './package-entry.ts'

export type ModuleCode = {
  /** Digest of all of it; undefined when an import cannot be followed: then nobody can say what the code is. */
  readonly digest: string | undefined
  /** Absolute path of every file that was looked at → digest of what stood there. */
  readonly files: ReadonlyMap<string, string>
}

/** More files than this are no plugin but a program: following them would cost more than it spares. */
const mostFiles = 2000

/** `entry`: absolute path of a file that is there. */
export function moduleCode(entry: string): ModuleCode {
  const start = realpathSync(entry)
  const contents = new Map<string, string>()
  const unknown: string[] = []
  const queue = [start]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (contents.has(path)) continue
    if (contents.size >= mostFiles) {
      unknown.push(path)
      break
    }
    const text = readFileSync(path, 'utf8')
    contents.set(path, text)
    if (!/\.[cm]?[jt]sx?$/.test(path)) continue
    const imports = importsOf(text)
    if (imports.computed) unknown.push(path)
    for (const specifier of imports.specifiers) follow(specifier, path, queue, contents, unknown)
  }
  const files = new Map([...contents].map(([path, text]): [string, string] => [path, sha256(text)]).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { digest: unknown.length > 0 ? undefined : sha256(JSON.stringify([...files])), files }
}

function follow(specifier: string, from: string, queue: string[], contents: Map<string, string>, unknown: string[]): void {
  if (/^(node|bun):|^bun$/.test(specifier) || process.getBuiltinModule(specifier) !== undefined) return
  if (/^\.{0,2}\//.test(specifier)) {
    const path = fileFor(resolve(dirname(from), specifier))
    if (path === undefined) unknown.push(specifier)
    else queue.push(realpathSync(path))
    return
  }
  const found = packageEntry(specifier, dirname(from))
  if (found === undefined) return void unknown.push(specifier)
  contents.set(join(found.folder, 'package.json'), found.manifest)
  // An installed package is what its version says; one of the workspace changes without.
  if (found.folder.includes(`${sep}node_modules${sep}`)) return
  if (found.entry === undefined) unknown.push(specifier)
  else queue.push(found.entry)
}

const endings = ['', '.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js']

/** As runtimes look for it; a "./x.js" may be written as x.ts. */
function fileFor(path: string): string | undefined {
  const names = [...endings.map((ending) => path + ending), path.replace(/\.([cm]?)js$/, '.$1ts')]
  return names.find(isFile)
}

type Imports = { readonly specifiers: readonly string[]; readonly computed: boolean }

/** What stands in a comment or a text may be taken for an import: then it is followed in vain, or the code counts as unknown. Never the other way round. */
export function importsOf(text: string): Imports {
  // Types are gone when the module is loaded.
  const code = text.replaceAll(/^\s*(?:import|export)\s+type\b[^'"]*?\bfrom\s*(['"])[^'"\n]*\1/gm, '')
  const specifiers = [
    ...code.matchAll(/\bfrom\s*(['"])([^'"\n]+)\1/g),
    ...code.matchAll(/\bimport\s*(['"])([^'"\n]+)\1/g),
    ...code.matchAll(/\b(?:import|require)\s*\(\s*(['"`])([^'"`\n$]+)\1\s*[,)]/g),
  ].map(([, , specifier = '']) => specifier)
  const calls = [...code.matchAll(/\b(?:import|require)\s*\(\s*(\S)/g)]
  const literal = [...code.matchAll(/\b(?:import|require)\s*\(\s*(['"`])([^'"`\n$]+)\1\s*[,)]/g)]
  return { specifiers: [...new Set(specifiers)], computed: calls.length > literal.length || /\bcreateRequire\b/.test(code) }
}
