/** Reads the package.json files of a workspace, and says which packages each of them asks for. */
import type { Failure } from '../../model/failure.ts'
import type { Files } from '../../model/files.ts'
import type { Finding } from '../../model/finding.ts'
import type { Json } from '../../model/json.ts'

export type JsonTable = { readonly [key: string]: Json }
export type PackageManifest = { readonly path: string; /** "" for the root. */ readonly folder: string; readonly content: JsonTable }

export const isJsonTable = (value: Json | undefined): value is JsonTable => typeof value === 'object' && value !== null && !Array.isArray(value)
export const tableIn = (value: Json | undefined, key: string): JsonTable => {
  const inner = isJsonTable(value) ? value[key] : undefined
  return isJsonTable(inner) ? inner : {}
}
export const textIn = (value: Json | undefined, key: string): string | undefined => {
  const inner = isJsonTable(value) ? value[key] : undefined
  return typeof inner === 'string' ? inner : undefined
}
export const textList = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : []

/** The object in a JSON text; otherwise why it is none. */
export function parseTable(text: string): JsonTable | string {
  try {
    const value: Json = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isJsonTable(value) ? value : 'it holds no object'
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return error.message
  }
}

export async function readManifests(files: Files, globs: Json | undefined): Promise<readonly PackageManifest[] | { readonly failure: Failure }> {
  const wanted = textList(globs)
  const paths = await files.glob(wanted.length === 0 ? ['package.json'] : wanted)
  const manifests: PackageManifest[] = []
  for (const path of paths) {
    const content = parseTable((await files.read(path)) ?? '')
    if (typeof content === 'string')
      return {
        failure: { type: 'detect.unreadable', what: `${path} cannot be parsed`, why: content, hint: 'correct the file, then run again', place: { file: path } },
      }
    manifests.push({ path, folder: path === 'package.json' ? '' : path.slice(0, -'/package.json'.length), content })
  }
  return manifests
}

export type Wish = { readonly name: string; readonly range: string; readonly optional: boolean }

/** What has to be installed for a package: dependencies of all kinds but peers. An optional one replaces a required one of that name. */
export function wishes({ content }: PackageManifest): readonly Wish[] {
  const optional = tableIn(content, 'optionalDependencies')
  const required = { ...tableIn(content, 'devDependencies'), ...tableIn(content, 'dependencies') }
  return [
    ...entriesOf(required)
      .filter(([name]) => !Object.hasOwn(optional, name))
      .map(([name, range]) => ({ name, range, optional: false })),
    ...entriesOf(optional).map(([name, range]) => ({ name, range, optional: true })),
  ]
}

const entriesOf = (table: JsonTable): [string, string][] => Object.entries(table).filter((entry): entry is [string, string] => typeof entry[1] === 'string')

/** "" and "a" → "a"; "packages/x" and "a" → "packages/x/a". */
export const inFolder = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`)

/** Folders in which Node looks for a package, nearest first. */
export function lookups(folder: string, name: string): readonly string[] {
  const parts = folder === '' ? [] : folder.split('/')
  const above = Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i).join('/'))
  return above.filter((each) => !each.endsWith('node_modules')).map((each) => inFolder(each, `node_modules/${name}`))
}

/** Whether a folder holds the name at all: the only thing to be seen of a link that leads out of the repository. */
export async function isListed(files: Files, place: string): Promise<boolean> {
  const slash = place.lastIndexOf('/')
  const names = await files.list(place.slice(0, slash))
  return names.some((name) => name.replace(/\/$/, '') === place.slice(slash + 1))
}

/** A thousand missing packages are one piece of news. */
export function shortened(findings: readonly Finding[], most = 15): readonly Finding[] {
  const first = findings[0]
  if (findings.length <= most || first === undefined) return findings
  return [
    ...findings.slice(0, most),
    { ...(first.file !== undefined && { file: first.file }), severity: 'error', message: `and ${findings.length - most} more` },
  ]
}
