/** Finds what packages in npm's lockfile need that the lockfile does not hold: `npm ci` refuses such a lockfile. */
import type { LockedPackage, NpmLock } from './npm-lock.ts'
import { lookups, tableIn, textList } from './package-manifests.ts'

/** A package that is needed by another one and has no place. Optional ones count: npm writes them down for every platform (npm/cli#4828). */
export type Gap = { readonly name: string; readonly neededBy: string; readonly optional: boolean }

/** npm looks only at what the root leads to: it never goes behind the link to a package of the workspace. */
export function gapsIn(lock: NpmLock): readonly Gap[] {
  const seen = new Set([''])
  const gaps: Gap[] = []
  for (const place of seen) {
    const entry = lock.packages.get(place)
    if (entry === undefined || entry.link) continue
    const kinds = place === '' ? ['dependencies', 'devDependencies', 'optionalDependencies'] : ['dependencies', 'optionalDependencies', 'peerDependencies']
    for (const name of kinds.flatMap((kind) => Object.keys(tableIn(entry.content, kind)))) {
      const found = lookups(place, name).find((candidate) => lock.packages.has(candidate))
      if (found !== undefined) seen.add(found)
    }
    if (place !== '') gaps.push(...gapsOf(place, entry, lock))
  }
  return gaps
}

function gapsOf(place: string, entry: LockedPackage, lock: NpmLock): readonly Gap[] {
  const optional = tableIn(entry.content, 'optionalDependencies')
  // What a package brings in its own archive is nobody else's to write down.
  const bundled = new Set([...textList(entry.content['bundleDependencies']), ...textList(entry.content['bundledDependencies'])])
  const names = new Set([...Object.keys(tableIn(entry.content, 'dependencies')), ...Object.keys(optional)])
  return [...names]
    .filter((name) => !bundled.has(name) && !lookups(place, name).some((candidate) => lock.packages.has(candidate)))
    .map((name) => ({ name, neededBy: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), optional: Object.hasOwn(optional, name) }))
}
