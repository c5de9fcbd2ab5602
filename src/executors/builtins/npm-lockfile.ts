/** Says whether npm's lockfile fits the manifests, as `npm ci` would, without starting npm. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { gapsIn } from './npm-lock-gaps.ts'
import { readNpmLock, type LockedPackage, type NpmLock } from './npm-lock.ts'
import {
  isJsonTable,
  lookups,
  readManifests,
  shortened,
  tableIn,
  textIn,
  wishes,
  type JsonTable,
  type PackageManifest,
  type Wish,
} from './package-manifests.ts'
import { satisfiesRange } from '../../model/semver-range.ts'

const suggestion = 'npm install --package-lock-only'

/** lock: its name. manifests: globs of the package.json files of the workspace. */
export const npmLockfile: Builtin = async (args, world) => {
  const path = textIn(args, 'lock') ?? 'package-lock.json'
  const lock = await readNpmLock(world.files, path)
  if (lock === undefined || typeof lock === 'string')
    return {
      findings: [
        {
          file: path,
          severity: 'error',
          rule: 'lockfile',
          message: lock === undefined ? 'the lockfile is missing' : `the lockfile cannot be parsed: ${lock}`,
          suggestion,
        },
      ],
      summary: 'no usable lockfile',
    }
  const manifests = await readManifests(world.files, args['manifests'])
  if ('failure' in manifests) return manifests
  const overridden = overriddenNames(manifests.find((manifest) => manifest.folder === '')?.content)
  const findings = [
    ...manifests.flatMap((manifest) => [...(lock.knowsManifests ? differences(manifest, lock, path) : []), ...unmet(manifest, lock, overridden)]),
    ...gone(manifests, lock, path),
    ...(lock.knowsManifests ? gaps(lock, path) : []),
  ]
  const unique = findings.filter((finding, i) => findings.findIndex((other) => other.file === finding.file && subject(other) === subject(finding)) === i)
  return {
    findings: shortened(unique),
    summary: unique.length === 0 ? `${path} fits ${manifests.length === 1 ? 'package.json' : `${manifests.length} manifests`}` : `${path} does not fit`,
  }
}

/** Two remarks about one dependency of one manifest are one. */
const subject = (finding: Finding): string => / ('[^']+')/.exec(finding.message)?.[1] ?? finding.message

function differences(manifest: PackageManifest, lock: NpmLock, path: string): readonly Finding[] {
  const entry = lock.packages.get(manifest.folder)
  if (entry === undefined) return [stale(manifest.path, `${path} does not know the package in ${manifest.folder || 'the root'}`)]
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) => {
    const [wanted, recorded] = [declaredIn(manifest.content, kind), declaredIn(entry.content, kind)]
    return [...new Set([...Object.keys(wanted), ...Object.keys(recorded)])]
      .filter((name) => wanted[name] !== recorded[name])
      .map((name) => stale(manifest.path, difference(name, kind, textIn(wanted, name), textIn(recorded, name), path)))
  })
}

/** npm keeps an optional dependency out of the required ones. */
function declaredIn(content: JsonTable, kind: string): JsonTable {
  const optional = kind === 'dependencies' ? tableIn(content, 'optionalDependencies') : {}
  return Object.fromEntries(Object.entries(tableIn(content, kind)).filter(([name]) => !Object.hasOwn(optional, name)))
}

function difference(name: string, kind: string, wanted: string | undefined, recorded: string | undefined, path: string): string {
  if (recorded === undefined) return `${kind} '${name}' ${wanted} is not in ${path}`
  if (wanted === undefined) return `${kind} '${name}' is no longer wanted, but still in ${path}`
  return `${kind} '${name}' is ${wanted}, but ${recorded} in ${path}`
}

/** What the lockfile puts where Node will look must be what the manifest asks for. */
function unmet(manifest: PackageManifest, lock: NpmLock, overridden: ReadonlySet<string>): readonly Finding[] {
  return wishes(manifest).flatMap((wish) => {
    const found = lookups(manifest.folder, wish.name)
      .map((place) => lock.packages.get(place))
      .find((each) => each !== undefined)
    if (found === undefined) return wish.optional ? [] : [stale(manifest.path, `dependencies '${wish.name}' is not in the lockfile`)]
    const version = found.link && found.resolved !== undefined ? lock.packages.get(found.resolved)?.version : found.version
    if (version === undefined || overridden.has(wish.name) || fits(version, wish, found)) return []
    return [stale(manifest.path, `dependencies '${wish.name}' is ${wish.range}, but the lockfile has ${version}`)]
  })
}

/** Only ranges can be judged: for tags, addresses and folders the recorded wish has been compared already. */
function fits(version: string, wish: Wish, found: LockedPackage): boolean {
  const alias = /^npm:(@?[^@]+)(?:@(.*))?$/.exec(wish.range)
  const range = alias === null ? wish.range : (alias[2] ?? '*')
  if (alias !== null && found.name !== undefined && found.name !== alias[1]) return false
  return satisfiesRange(version, range) ?? true
}

/** Workspace packages that exist only in the lockfile. */
function gone(manifests: readonly PackageManifest[], lock: NpmLock, path: string): readonly Finding[] {
  const root = manifests.find((manifest) => manifest.folder === '')
  if (root === undefined || root.content['workspaces'] === undefined) return []
  const folders = new Set(manifests.map((manifest) => manifest.folder))
  const linkedByHand = new Set(
    manifests
      .flatMap(wishes)
      .filter((wish) => /^(file|link):/.test(wish.range))
      .map((wish) => wish.name),
  )
  return [...lock.packages]
    .filter(
      ([place, entry]) =>
        entry.link &&
        /^node_modules\/(@[^/]+\/)?[^/]+$/.test(place) &&
        !linkedByHand.has(place.slice('node_modules/'.length)) &&
        entry.resolved !== undefined &&
        !folders.has(entry.resolved),
    )
    .map(([place]) => stale(path, `workspace '${place.slice('node_modules/'.length)}' is gone, but still in ${path}`))
}

function gaps(lock: NpmLock, path: string): readonly Finding[] {
  return gapsIn(lock).map(({ name, neededBy, optional }) => {
    const finding = stale(path, `'${name}', which '${neededBy}' needs${optional ? ' on some platform' : ''}, is not in ${path}; npm ci refuses that`)
    // npm adds nothing to a lockfile that it believes to be whole.
    return optional ? { ...finding, suggestion: `remove ${path} and run: ${suggestion}` } : finding
  })
}

/** Names anywhere in "overrides": for these the version may lie outside what a manifest asks for. */
function overriddenNames(root: JsonTable | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  const collect = (table: JsonTable): void => {
    for (const [key, value] of Object.entries(table)) {
      names.add(key.replace(/(.)@.*$/, '$1'))
      if (isJsonTable(value)) collect(value)
    }
  }
  collect(tableIn(root, 'overrides'))
  return names
}

const stale = (file: string, message: string): Finding => ({ file, severity: 'error', rule: 'lockfile', message, suggestion })
