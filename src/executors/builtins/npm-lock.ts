/** Reads package-lock.json, npm-shrinkwrap.json and the hidden lockfile: which package lies in which folder, in every version of the format. */
import type { Files } from '../../model/files.ts'
import { isJsonTable, parseTable, tableIn, textIn, type JsonTable } from './package-manifests.ts'

export type LockedPackage = {
  readonly version?: string
  readonly integrity?: string
  /** Real name when the folder is an alias. */
  readonly name?: string
  readonly resolved?: string
  readonly link: boolean
  /** npm goes on without it when it does not fit the platform or cannot be built. */
  readonly optional: boolean
  readonly content: JsonTable
}

export type NpmLock = {
  readonly packages: ReadonlyMap<string, LockedPackage>
  /** False for the oldest format, which does not hold the manifests. */ readonly knowsManifests: boolean
}

/** A text says why there is none; undefined: there is no such file. */
export async function readNpmLock(files: Files, path: string): Promise<NpmLock | string | undefined> {
  const text = await files.read(path)
  if (text === undefined) return undefined
  const content = parseTable(text)
  if (typeof content === 'string') return content
  if (isJsonTable(content['packages']))
    return {
      packages: new Map(Object.entries(content['packages']).map(([folder, entry]) => [folder, locked(isJsonTable(entry) ? entry : {})])),
      knowsManifests: true,
    }
  const packages = new Map<string, LockedPackage>()
  flatten(tableIn(content, 'dependencies'), '', packages)
  return { packages, knowsManifests: false }
}

function locked(entry: JsonTable): LockedPackage {
  const [version, integrity, name, resolved] = (['version', 'integrity', 'name', 'resolved'] as const).map((key) => textIn(entry, key))
  const optional = entry['optional'] === true || entry['devOptional'] === true
  return {
    ...(version !== undefined && { version }),
    ...(integrity !== undefined && { integrity }),
    ...(name !== undefined && { name }),
    ...(resolved !== undefined && { resolved }),
    link: entry['link'] === true,
    optional,
    content: entry,
  }
}

/** Version 1 nests what lies in node_modules of a package below that package. */
function flatten(dependencies: JsonTable, folder: string, into: Map<string, LockedPackage>): void {
  for (const [name, entry] of Object.entries(dependencies)) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    into.set(place, locked(isJsonTable(entry) ? entry : {}))
    flatten(tableIn(entry, 'dependencies'), place, into)
  }
}
