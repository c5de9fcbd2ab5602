/** Reads what pnpm-lock.yaml says about the packages of the workspace, whichever version of pnpm wrote it. */
import type { Json } from '../../model/json.ts'
import { isJsonTable, tableIn, textIn, type JsonTable } from './package-manifests.ts'
import { whyUnreadable } from '../../model/unreadable.ts'

export const dependencyKinds = ['devDependencies', 'dependencies', 'optionalDependencies'] as const
export type DependencyKind = (typeof dependencyKinds)[number]
/** What is asked for: "^1.0.0", "workspace:*", "catalog:". */
export type Asked = { readonly kind: DependencyKind; readonly specifier: string }

export type PnpmLock = {
  /** All but the packages. */
  readonly content: JsonTable
  readonly version: number
  /** By folder; "." is the root. */
  readonly importers: ReadonlyMap<string, JsonTable>
}

/** A text says why there is no lockfile to read. */
export async function readPnpmLock(text: string): Promise<PnpmLock | string> {
  if (/^(<<<<<<<|>>>>>>>) /m.test(text)) return 'it holds marks of a merge conflict'
  const content = await yamlTable(headOf(text))
  if (typeof content === 'string') return content
  const importers = tableIn(content, 'importers')
  // Without a workspace, pnpm up to 8 wrote those of the root at the top.
  const known = isJsonTable(content['importers']) ? Object.entries(importers) : [['.', content] as const]
  return {
    content,
    version: Math.floor(Number(content['lockfileVersion'])),
    importers: new Map(known.flatMap(([folder, importer]) => (isJsonTable(importer) ? [[folder, importer] as const] : []))),
  }
}

/** The object in a YAML text, empty when there is nothing in it; otherwise why it is none. */
export async function yamlTable(text: string): Promise<JsonTable | string> {
  const { parseDocument } = await import('yaml')
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error', stringKeys: true })
    const error = document.errors[0]
    if (error !== undefined) return error.message.split('\n')[0] ?? error.message
    const value: Json = document.toJS()
    return value === null ? {} : isJsonTable(value) ? value : 'it holds no object'
  } catch (error) {
    const why = whyUnreadable(error)
    if (why === undefined) throw error
    return why
  }
}

/** Nobody asks for the many packages here, and reading them takes long. pnpm 11 puts a document about itself in front. */
function headOf(text: string): string {
  const documents = text.replaceAll('\r\n', '\n').split(/^---[ \t]*$/m)
  const last = documents.findLast((part) => part.trim() !== '') ?? ''
  let isWanted = true
  return last
    .split('\n')
    .filter((line) => {
      if (/^\S/.test(line)) isWanted = !/^(?:packages|snapshots|time):/.test(line)
      return isWanted
    })
    .join('\n')
}

/** What a package of the workspace asked for when the lockfile was written. */
export function recordedIn(importer: JsonTable): ReadonlyMap<string, Asked> {
  const specifiers = tableIn(importer, 'specifiers')
  return new Map(
    dependencyKinds.flatMap((kind) =>
      Object.entries(tableIn(importer, kind)).flatMap(([name, entry]) => {
        const specifier = textIn(entry, 'specifier') ?? textIn(specifiers, name)
        return specifier === undefined ? [] : [[name, { kind, specifier }] as const]
      }),
    ),
  )
}
