/** Finds what the name of an installed package stands for, as runtimes do for `import`: its folder, its manifest and the file that it begins with. */
import { realpathSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parsedJson } from '../model/json.ts'

export type PackageEntry = {
  /** Absolute, without links: a package of a workspace lies where it is written. */
  readonly folder: string
  /** The text of its package.json. */
  readonly manifest: string
  /** Absolute; undefined: the package does not say, or that file is not there. */
  readonly entry: string | undefined
}

/** `from`: the folder of the file that asks. Undefined: no folder above it has such a package installed. */
export function packageEntry(specifier: string, from: string): PackageEntry | undefined {
  const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? []
  for (let above = from; ; above = dirname(above)) {
    const folder = join(above, 'node_modules', name)
    const manifest = textOf(join(folder, 'package.json'))
    if (manifest !== undefined) {
      const real = realpathSync(folder)
      const entry = entryIn(manifest, `.${rest}`)
      const path = entry === undefined ? undefined : join(real, entry)
      return { folder: real, manifest, entry: path !== undefined && isFile(path) ? path : undefined }
    }
    if (dirname(above) === above) return undefined
  }
}

/** Conditions that hold for an `import` in Node and Bun, in any order of the manifest. */
const conditions: ReadonlySet<string> = new Set(['import', 'node', 'module', 'default'])

function entryIn(manifest: string, subpath: string): string | undefined {
  const { exports, main, module } = (parsedJson(manifest) ?? {}) as { readonly exports?: unknown; readonly main?: unknown; readonly module?: unknown }
  if (exports !== undefined) {
    const isMap = typeof exports === 'object' && exports !== null && Object.keys(exports).some((key) => key.startsWith('.'))
    return chosen(isMap ? (exports as Readonly<Record<string, unknown>>)[subpath] : subpath === '.' ? exports : undefined)
  }
  if (subpath !== '.') return subpath
  return [module, main].find((path) => typeof path === 'string') ?? 'index.js'
}

function chosen(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return undefined
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? chosen(inner) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

const textOf = (path: string): string | undefined => (isFile(path) ? readFileSync(path, 'utf8') : undefined)
